import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { serveProgram } from '../../support/program.ts'
import { type Client, expectDemoAccount, patienceMs, stdioProgram } from './demo-account.ts'

let product: Awaited<ReturnType<typeof serveProgram>>
/** The Inspector keeps its logins and settings in the home folder. */
let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mostik-inspector-'))
  product = await serveProgram()
})
afterAll(async () => {
  product.child.kill('SIGTERM')
  expect(await product.exited).toBe(0)
  await rm(home, { recursive: true, force: true })
})

const require = createRequire(import.meta.url)
const program = require.resolve('@modelcontextprotocol/inspector/clients/launcher/build/index.js')

const over = (path: string, ...options: string[]) => [`${product.url}${path}`, ...options]

const targets: [string, () => string[]][] = [
  ['http', () => over('/mcp', '--transport', 'http')],
  ['http, as a client of 2026-07-28', () => over('/mcp', '--transport', 'http', '--protocol-era', 'modern')],
  ['sse', () => over('/sse', '--transport', 'sse')],
  ['stdio', () => [stdioProgram.command, ...stdioProgram.args]],
]

test.concurrent.each(targets)(
  "the Inspector's command line works in the demo account over %s",
  async (way, target) => {
    await expectDemoAccount(inspector(target()), `Inspector, ${way}`)
  },
  patienceMs,
)

test.concurrent(
  'the Inspector finds no error in the schema of any tool',
  async () => {
    const { stdout } = await inspect([...over('/mcp'), '--method', 'tools/list', '--strict'])
    expect(listed.parse(JSON.parse(stdout)).result.tools).not.toEqual([])
  },
  patienceMs,
)

/** The Inspector as a client: each call is a process and a connection of its own. */
function inspector(target: string[]): Client {
  return {
    async listTools() {
      const { stdout } = await inspect([...target, '--method', 'tools/list'])
      return listed.parse(JSON.parse(stdout)).result
    },
    async callTool({ name, arguments: input }) {
      const call = ['--tool-name', name, '--tool-args-json', JSON.stringify(input)]
      const { stdout } = await inspect([...target, '--method', 'tools/call', ...call])
      return called.parse(JSON.parse(stdout)).result
    },
  }
}

/** Throws with all that the Inspector says when it exits with anything but 0. */
function inspect(options: string[]): Promise<{ stdout: string; stderr: string }> {
  const all = [program, '--cli', ...options, '--format', 'json', '--quiet']
  const env = { PATH: process.env.PATH, HOME: home }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, all, { env }, (failed, stdout, stderr) => {
      if (failed) reject(new Error(`The Inspector exited with ${failed.code}. ${stderr}${stdout}`))
      else resolve({ stdout, stderr })
    })
  })
}

const listed = z.object({ result: z.object({ tools: z.array(z.object({ name: z.string() })) }) })
const called = z.object({ result: z.unknown() })
