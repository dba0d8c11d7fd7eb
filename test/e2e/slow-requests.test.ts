import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { serveProgram } from '../support/program.ts'

/** Sends this, then a letter a second, until the server has enough of it; gives what it said last. */
function trickle(port: number, beginning: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    const drip = setInterval(() => socket.write('x'), 1_000)
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text
    })
    // What is written to a closed connection is an error, and no news.
    socket.on('error', () => {})
    socket.once('close', () => {
      clearInterval(drip)
      resolve(answer)
    })
    socket.once('connect', () => socket.write(beginning))
    setTimeout(() => reject(new Error('the server waits for ever')), 55_000).unref()
  })
}

it('gives a request that trickles in some seconds, and no more', async () => {
  const { child, url, exited } = await serveProgram({ DEMO: 'off' })
  const port = Number(new URL(url).port)
  const answers = await Promise.all([
    trickle(port, 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: '),
    trickle(
      port,
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    ),
  ])
  for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1.1 408 |$)/)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
})
