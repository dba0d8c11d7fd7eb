import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Lock } from '../kernel/lock.ts'
import { silentLog } from '../kernel/log.ts'
import { createLockStore } from '../store/lock-store.ts'
import { engines, type Opened, scratchFolder } from '../store/testing/engines.ts'
import { createLocks } from './locks.ts'

const TAKER = fileURLToPath(new URL('./testing/lock-taker.ts', import.meta.url))
const LEASE_MS = 2_000
const { signal: never } = new AbortController()

describe.each(engines)('processes that share a lock on $name', (engine) => {
  let opened: Opened
  let lock: Lock

  beforeEach(async () => {
    opened = await engine.open()
    const shared = createLockStore(opened.store)
    lock = createLocks({ shared, leaseMs: LEASE_MS, log: silentLog })('firm')
  })
  afterEach(() => opened.store.close())

  function start(...words: string[]) {
    const { log: _log, ...where } = opened.options
    const child = spawn(process.execPath, [TAKER, JSON.stringify(where), String(LEASE_MS), ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface({ input: child.stdout })
    const exited = once(child, 'exit')
    onTestFinished(() => void child.kill('SIGKILL'))
    return { child, exited, line: async () => String((await once(lines, 'line'))[0]) }
  }

  it('never have it at the same time', async () => {
    const file = join(await scratchFolder(), 'number')
    await writeFile(file, '0')
    const processes = [1, 2, 3].map(() => start('count', file, '12'))
    const codes = await Promise.all(processes.map(({ exited }) => exited))
    expect(codes).toEqual([1, 2, 3].map(() => [0, null]))
    expect(await readFile(file, 'utf8')).toBe('36')
  })

  it('wait for one that lives, and no longer than its lease for one that was killed', async () => {
    const other = start('stay')
    expect(await other.line()).toBe('in')
    let killedAt = Number.POSITIVE_INFINITY
    const begun = lock(async () => performance.now(), never)
    setTimeout(() => {
      killedAt = performance.now()
      other.child.kill('SIGKILL')
    }, 2 * LEASE_MS)
    expect(await begun).toBeGreaterThan(killedAt)
    const row = await (await opened.store.db()).selectFrom('lock').selectAll().executeTakeFirst()
    // Its own is given back or still on the way there.
    expect(row?.until ?? 0).toBeLessThanOrEqual(Date.now() + LEASE_MS)
  })

  it('go on without one that was stopped, which does nothing more when it wakes up', async () => {
    const other = start('stay')
    expect(await other.line()).toBe('in')
    other.child.kill('SIGSTOP')
    const words = await lock(async () => {
      const next = other.line()
      other.child.kill('SIGCONT')
      return next
    }, never)
    expect(words).toBe('unverified')
    expect(await other.exited).toEqual([0, null])
  })
})
