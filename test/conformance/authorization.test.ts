import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { createBrowser } from '../support/oauth/browser.ts'
import { program, register } from '../support/oauth/client.ts'
import { allow, reachConsent } from '../support/oauth/consent.ts'
import { type OauthStack, startOauthStack } from '../support/oauth/stack.ts'

let stack: OauthStack
beforeAll(async () => {
  stack = await startOauthStack()
})
afterAll(() => stack.close())

const require = createRequire(import.meta.url)
const commandLine = require.resolve('@modelcontextprotocol/conformance/dist/index.js')

it.each(['/mcp', '/lab/sse'])(
  'the official suite for authorization servers passes whole for %s',
  async (path) => {
    const port = await freePort()
    // The suite takes a client with a secret for a public one wherever there are public ones.
    const { body } = await register(stack.url, program(`http://127.0.0.1:${port}/callback`))
    const results = await mkdtemp(join(tmpdir(), 'mostik-conformance-'))
    try {
      const { exitCode, report } = await runSuite([
        ...['--url', stack.url, '--client-id', String(body.client_id)],
        ...['--resource', stack.url + path, '--port', String(port), '--output-dir', results],
      ])
      const checks = await readChecks(results)
      expect(checks.filter(({ status }) => status !== 'SUCCESS')).toEqual([])
      expect(exitCode, report).toBe(0)
      expect(new Set(checks.map(({ id }) => id))).toEqual(
        new Set([
          'authorization-server-metadata',
          'authorization-server-metadata-cimd',
          'authorization-code-grant',
        ]),
      )
    } finally {
      await rm(results, { recursive: true, force: true })
    }
  },
)

/** Runs the suite, and is the person whose browser it asks for. */
async function runSuite(words: readonly string[]): Promise<{ exitCode: number | null; report: string }> {
  const child = spawn(process.execPath, [commandLine, 'authorization', ...words], {
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
  })
  let report = ''
  let visit: Promise<unknown> | undefined
  const read = (text: string) => {
    report += text
    const address = /^(http\S+\/oauth\/authorize\?\S+)$/m.exec(report)?.[1]
    if (address !== undefined) visit ??= answer(address).catch((error: unknown) => end(child, error))
  }
  child.stdout.setEncoding('utf8').on('data', read)
  child.stderr.setEncoding('utf8').on('data', read)
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  await visit
  return { exitCode, report }

  function end({ pid }: ChildProcess, error: unknown): void {
    report += String(error)
    if (pid !== undefined) child.kill()
  }
}

async function answer(address: string): Promise<void> {
  const browser = createBrowser(stack.url)
  const callback = await allow(browser, await reachConsent(browser, address))
  await fetch(callback)
}

const list = z.array(z.object({ id: z.string(), status: z.string(), errorMessage: z.string().optional() }))

async function readChecks(folder: string) {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.json'))
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return texts.flatMap((text) => list.safeParse(JSON.parse(text)).data ?? [])
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
