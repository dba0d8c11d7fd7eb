import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { startAmocrmSandbox } from '../sandbox/amocrm/server.ts'
import { engines } from '../store/testing/engines.ts'

const REPLICA = fileURLToPath(new URL('./testing/replica.ts', import.meta.url))
const RATE = 6

it('three processes that hammer one account at 6 a second never meet its limit of 7, and none starves', async () => {
  const sandbox = await startAmocrmSandbox({ requestsPerSecond: 7 })
  onTestFinished(() => sandbox.close())
  const opened = await engines.find(({ name }) => name === 'postgres')?.open()
  onTestFinished(() => opened?.store.close())
  const until = Date.now() + 7_000

  async function replica(): Promise<number> {
    const { databaseUrl = '' } = opened?.options ?? {}
    const words = [REPLICA, databaseUrl, sandbox.baseUrl, sandbox.accessToken, RATE, until].map(String)
    const { stdout } = await promisify(execFile)(process.execPath, words)
    return Number(stdout)
  }

  const calls = await Promise.all([replica(), replica(), replica()])
  const all = calls.reduce((sum, count) => sum + count, 0)
  const response = await fetch(sandbox.controlUrl)
  // A refused call is sent again, so the account would have seen more requests than calls came back.
  expect(await response.json()).toMatchObject({ requests: all, blocked: false })
  for (const count of calls) expect(count).toBeGreaterThan(all / 6)
})
