import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runProgram, serveProgram } from '../support/program.ts'
import { call, initialize } from '../support/rpc.ts'

let folder: string
let silent: Server
let environment: Record<string, string>
let asked: () => void

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mostik-stop-'))
  // An amoCRM that never answers.
  silent = createServer(() => asked())
  await once(silent.listen(0, '127.0.0.1'), 'listening')
  environment = {
    DATA_DIR: folder,
    AMOCRM_BASE_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    AMOCRM_ACCESS_TOKEN: 'abc',
    LOG_LEVEL: 'silent',
  }
})
afterEach(() => {
  silent.closeAllConnections()
  silent.close()
  rmSync(folder, { recursive: true })
})

/** Resolves when amoCRM has been asked so many times. */
function askedTimes(times: number): Promise<void> {
  let left = times
  return new Promise((resolve) => {
    asked = () => {
      left -= 1
      if (left === 0) resolve()
    }
  })
}

async function journal(): Promise<object[]> {
  const { output, exited } = runProgram(['journal', '--format', 'jsonl'], environment)
  expect(await exited).toBe(0)
  return output.out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

it('a stop writes down the calls that it cuts off', async () => {
  const both = askedTimes(2)
  const { child, exited, url } = await serveProgram(environment)
  const post = (tool: string, input: object) =>
    fetch(`${url}/api/tools/${tool}`, { method: 'POST', body: JSON.stringify(input) }).catch(() => undefined)
  const answers = [
    post('amocrm_search_contacts', { query: 'Анна' }),
    post('amocrm_create_lead', { name: 'Стоп' }),
  ]
  await both
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  const entries = await journal()
  expect(entries).toHaveLength(2)
  expect(entries).toContainEqual(
    expect.objectContaining({ tool: 'amocrm_search_contacts', outcome: 'cancelled' }),
  )
  expect(entries).toContainEqual(
    expect.objectContaining({
      tool: 'amocrm_create_lead',
      outcome: expect.stringMatching(/unverified|cancelled/),
    }),
  )
  await Promise.all(answers)
}, 30_000)

it.each(['SIGTERM', 'SIGINT'] as const)(
  'stdio stops cleanly at %s, with everything in the journal',
  async (signal) => {
    const child = spawn(process.execPath, ['src/main.ts', 'stdio'], {
      env: { PATH: process.env.PATH, ...environment, AMOCRM_BASE_URL: '', AMOCRM_ACCESS_TOKEN: '' },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const exited = once(child, 'exit')
    let out = ''
    child.stdout.setEncoding('utf8')
    const answered = new Promise<void>((resolve) => {
      child.stdout.on('data', (text: string) => {
        out += text
        if (out.includes('"id":3')) resolve()
      })
    })
    const write = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`)
    write(initialize())
    write({ jsonrpc: '2.0', method: 'notifications/initialized' })
    write(call(2, 'amocrm_get_account', {}))
    write(call(3, 'amocrm_get_account', {}))
    await answered
    child.kill(signal)
    expect(await exited).toEqual([0, null])
    expect(await journal()).toHaveLength(2)
  },
)
