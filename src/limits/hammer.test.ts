import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { startAmocrmSandbox } from '../sandbox/amocrm/server.ts'
import { engines } from '../store/testing/engines.ts'

const REPLICA = fileURLToPath(new URL('./testing/replica.ts', import.meta.url))
/** Each alone would stay below the limit, two would not; what is between is for a machine that is busy. */
const RATE = 5
const LIMIT = 7
const LASTS_MS = 4_000

it('three processes that hammer one account together keep to its rate, and none starves', async () => {
  const sandbox = await startAmocrmSandbox({ requestsPerSecond: LIMIT })
  onTestFinished(() => sandbox.close())
  const opened = await engines.find(({ name }) => name === 'postgres')?.open()
  onTestFinished(() => opened?.store.close())

  /** Ready to begin when it resolves; it says how many of its calls came back. */
  async function openReplica() {
    const { databaseUrl = '' } = opened?.options ?? {}
    const words = [REPLICA, databaseUrl, sandbox.baseUrl, sandbox.accessToken, RATE, LASTS_MS].map(String)
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [ready] = await once(child.stdout.setEncoding('utf8'), 'data')
    expect(ready).toBe('ready\n')
    return async () => {
      child.stdin.end('go\n')
      return Number(await text(child.stdout))
    }
  }

  const replicas = await Promise.all([openReplica(), openReplica(), openReplica()])
  const calls = await Promise.all(replicas.map((begin) => begin()))
  const all = calls.reduce((sum, count) => sum + count, 0)
  const response = await fetch(sandbox.controlUrl)
  // A refused call is sent again, so the account would have seen more requests than calls came back.
  expect(await response.json()).toMatchObject({ requests: all, blocked: false })
  for (const count of calls) expect(count).toBeGreaterThan(all / 10)
})
