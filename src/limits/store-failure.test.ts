import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Caller } from '../kernel/caller.ts'
import { type Log, silentLog } from '../kernel/log.ts'
import type { Queue } from '../kernel/queue.ts'
import { createCallRateStore } from '../store/call-rate-store.ts'
import { createRateStore } from '../store/rate-store.ts'
import { openStore, type Store } from '../store/store.ts'
import { openCuttable } from '../store/testing/cuttable.ts'
import { engines } from '../store/testing/engines.ts'
import { createCallLimits } from './call-limits.ts'
import { createQueues } from './queues.ts'
import { readCallLimits } from './read-call-limits.ts'

let way: Awaited<ReturnType<typeof openCuttable>>
let store: Store
let events: string[]
let log: Log

beforeEach(async () => {
  const options = await engines.find(({ name }) => name === 'postgres')?.fresh()
  way = await openCuttable(options?.databaseUrl ?? '')
  store = await openStore({ databaseUrl: way.url, log: silentLog })
  events = []
  const note = (_: object, event: string) => void events.push(event)
  log = { info: note, warn: note, error: note }
})
afterEach(async () => {
  way.mend()
  await store.close()
  await way.close()
})

/** The shortest time between any two of the next turns. */
async function closest(queue: Queue, count = 8): Promise<number> {
  const turns: number[] = []
  await Promise.all(
    Array.from({ length: count }, () => queue.turn({}).then(() => turns.push(performance.now()))),
  )
  return Math.min(...turns.slice(1).map((at, n) => at - (turns[n] ?? at)))
}

describe('the line before an upstream, when its store fails', () => {
  const RATE = 50

  it.each(['cut', 'hang'] as const)('goes on at half the rate and says so once: %s', async (fault) => {
    const queue = createQueues({ shared: createRateStore(store), log })('firm', RATE)
    await queue.turn({})
    way[fault]()
    expect(await closest(queue)).toBeGreaterThan(39.9)
    expect(await closest(queue)).toBeGreaterThan(39.9)
    expect(events).toEqual(['limit_not_shared'])
  })

  it('halves the rate again each time the upstream says that it is too much', async () => {
    const queue = createQueues({ shared: createRateStore(store), log })('firm', RATE)
    way.cut()
    await queue.turn({})
    queue.hold(1)
    await queue.turn({})
    expect(await closest(queue, 5)).toBeGreaterThan(79.9)
  })

  it('is shared again soon after the store is back, and says so once', async () => {
    const queue = createQueues({ shared: createRateStore(store), log })('firm', RATE)
    way.cut()
    await queue.turn({})
    way.mend()
    await vi.waitUntil(
      async () => {
        await queue.turn({})
        return events.length > 1
      },
      { timeout: 15_000, interval: 1 },
    )
    expect(events).toEqual(['limit_not_shared', 'limit_shared_again'])
    const db = await store.db()
    const row = await db.selectFrom('rate').selectAll().executeTakeFirstOrThrow()
    expect(Math.abs(row.next_at - Date.now())).toBeLessThan(10_000)
  })
})

it('the limits of callers are counted by each replica alone while the store fails', async () => {
  const perMinute = readCallLimits('read=2')
  const limits = createCallLimits({ perMinute, shared: createCallRateStore(store), log })
  const caller: Caller = { userId: 'a', clientId: 'b', scopes: new Set() }
  way.cut()
  await limits.take(caller, 'read')
  await limits.take(caller, 'read')
  await expect(limits.take(caller, 'read')).rejects.toMatchObject({ kind: 'rate_limited' })
  expect(events).toEqual(['limit_not_shared'])
})
