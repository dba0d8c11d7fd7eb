import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { silentLog } from '../kernel/log.ts'
import type { OpenQueue, Priority } from '../kernel/queue.ts'
import { createRateStore } from '../store/rate-store.ts'
import type { Store } from '../store/store.ts'
import { engines, type Opened } from '../store/testing/engines.ts'
import { createQueues } from './queues.ts'

const [postgres] = engines.filter(({ name }) => name === 'postgres')
let opened: Opened
const stores: Store[] = []
/** Three replicas: each has its own connections and its own lines. */
let replicas: OpenQueue[]

beforeAll(async () => {
  if (postgres === undefined) throw new Error('no PostgreSQL')
  opened = await postgres.open()
  stores.push(opened.store, await opened.again(), await opened.again())
  replicas = stores.map((store) => createQueues({ shared: createRateStore(store), log: silentLog }))
})
afterAll(async () => {
  for (const store of stores) await store.close()
})

/** So many tickets of each kind in each replica's line at once; the turns in the order in which they came. */
async function turnsOf(name: string, rate: number, tickets: Partial<Record<Priority, number>>[]) {
  const turns: Priority[] = []
  const all = tickets.flatMap((kinds, replica) =>
    (['interactive', 'background'] as const).flatMap((priority) =>
      Array.from({ length: kinds[priority] ?? 0 }, async () => {
        await replicas[replica]?.(name, rate).turn({ priority })
        turns.push(priority)
      }),
    ),
  )
  await Promise.all(all)
  return turns
}

describe('several replicas on one PostgreSQL', () => {
  it('let the calls that people wait for go first, wherever they are', async () => {
    const turns = await turnsOf('priority', 10, [{ background: 6 }, { interactive: 6 }, { background: 6 }])
    expect(turns).toHaveLength(18)
    const last = turns.lastIndexOf('interactive')
    // A replica may have taken a slot before it could know of them; in turn, eleven would be among the first.
    const before = turns.slice(0, last).filter((priority) => priority === 'background')
    expect(before.length).toBeLessThanOrEqual(6)
  })

  it('all wait when one was told that it is too much', async () => {
    const [first, ...others] = replicas.map((open) => open('held', 50))
    const start = performance.now()
    first?.hold(600)
    const db = await opened.store.db()
    await vi.waitFor(async () => {
      const row = await db.selectFrom('rate').selectAll().where('name', '=', 'held').executeTakeFirst()
      expect(row?.held_until).toBeGreaterThan(0)
    })
    for (const queue of others) {
      await queue.turn({})
      expect(performance.now() - start).toBeGreaterThan(590)
    }
  })

  it('all say a long hold at once instead of waiting it out', async () => {
    const [first, second] = replicas.map((open) => open('long', 50))
    first?.hold(600_000)
    const db = await opened.store.db()
    await vi.waitFor(async () => {
      const row = await db.selectFrom('rate').selectAll().where('name', '=', 'long').executeTakeFirst()
      expect(row?.held_until).toBeGreaterThan(0)
    })
    await expect(second?.turn({})).rejects.toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 600 })
  })

  it('lose no turn to calls that are cancelled while they wait', async () => {
    const [first, second] = replicas.map((open) => open('cancelled', 2))
    await first?.turn({})
    for (let n = 0; n < 20; n++) {
      const controller = new AbortController()
      const left = expect(first?.turn({ signal: controller.signal })).rejects.toThrow('gone')
      await sleep(1)
      controller.abort(new Error('gone'))
      await left
    }
    const db = await opened.store.db()
    const row = await db.selectFrom('rate').selectAll().where('name', '=', 'cancelled').executeTakeFirst()
    // Two slots at most lie ahead: the one in hand and the next.
    expect((row?.next_at ?? 0) - Date.now()).toBeLessThanOrEqual(1000)
    await second?.turn({})
  })
})
