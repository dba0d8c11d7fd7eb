import { expect, test } from 'vitest'
import { runFixtures, startFixtures } from './fixtures-process.ts'
import { readServeOptions } from './serve-options.ts'

const inProduction =
  'The conformance server has no authentication and does not start with NODE_ENV=production.'
const notLoopback = 'The conformance server has no authentication and listens on loopback only: unset HOST.'

test.concurrent.each([
  { env: { NODE_ENV: 'production' }, refusal: inProduction },
  { env: { NODE_ENV: 'production', HOST: '127.0.0.1' }, refusal: inProduction },
  { env: { HOST: '0.0.0.0' }, refusal: notLoopback },
])('with $env the conformance server ends with one sentence', async ({ env, refusal }) => {
  expect(await runFixtures(env)).toEqual({ code: 1, stdout: '', stderr: `${refusal}\n` })
})

test.concurrent('the conformance server prints where it listens and ends when asked to', async () => {
  const server = await startFixtures('--port', '0')
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/)
  expect((await fetch(new URL('/healthz', server.url))).status).toBe(200)
  expect(await server.stop()).toBe(0)
})

test.each(['0.0.0.0', '::', '192.0.2.1', 'example.com', '127.0.0.1.example.com', ''])(
  'the conformance server does not listen on %j',
  (HOST) => {
    expect(readServeOptions([], { HOST })).toEqual({ refusal: notLoopback })
  },
)

test.each(['127.0.0.1', '127.0.0.2', 'localhost', '::1'])(
  'the conformance server may listen on %s',
  (HOST) => {
    expect(readServeOptions(['--port', '8081'], { HOST })).toEqual({ host: HOST, port: 8081 })
  },
)

test.each(['http', '-1', '65536', '1.5'])('the conformance server refuses port %s', (port) => {
  const refusal = `--port takes a number from 0 to 65535, and not "${port}".`
  expect(readServeOptions([`--port=${port}`], {})).toEqual({ refusal })
})
