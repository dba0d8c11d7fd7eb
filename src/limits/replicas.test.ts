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

interface Turn {
  readonly replica: number
  readonly priority: Priority
  readonly at: number
}

/** So many tickets of each kind in each replica's line at once; the turns as they came. */
async function turnsOf(name: string, rate: number, tickets: Partial<Record<Priority, number>>[]) {
  const turns: Turn[] = []
  const all = tickets.flatMap((kinds, replica) =>
    (['interactive', 'background'] as const).flatMap((priority) =>
      Array.from({ length: kinds[priority] ?? 0 }, async () => {
        await replicas[replica]?.(name, rate).turn({ priority })
        turns.push({ replica, priority, at: performance.now() })
      }),
    ),
  )
  await Promise.all(all)
  return turns
}

describe('several replicas on one PostgreSQL', () => {
  it('together never send more than one call above the rate in any sliding second, and none starves', async () => {
    const turns = await turnsOf('rate', 6, [{ interactive: 8 }, { interactive: 8 }, { interactive: 8 }])
    for (const [n, { at }] of turns.entries()) {
      const eighth = turns[n + 7]
      // A slot is used a sixth of a second late at most; the rest is rounding.
      if (eighth !== undefined) expect(eighth.at - at).toBeGreaterThan(999)
    }
    const half = turns.slice(0, 12)
    for (const replica of [0, 1, 2]) {
      expect(half.filter((turn) => turn.replica === replica).length).toBeGreaterThanOrEqual(2)
    }
  })

  it('let the calls that people wait for go first, wherever they are', async () => {
    const turns = await turnsOf('priority', 10, [{ background: 8 }, { interactive: 10 }, { background: 8 }])
    const last = turns.findLastIndex(({ priority }) => priority === 'interactive')
    // A replica may have taken a slot before it could know of them; in turn, all would be among the first.
    const before = turns.slice(0, last).filter(({ priority }) => priority === 'background')
    expect(before.length).toBeLessThanOrEqual(5)
    expect(turns).toHaveLength(26)
  })

  it('all wait when one was told that it is too much', async () => {
    const [first, ...others] = replicas.map((open) => open('held', 50))
    const start = performance.now()
    first?.hold(1500)
    const db = await opened.store.db()
    await vi.waitFor(async () => {
      const row = await db.selectFrom('rate').selectAll().where('name', '=', 'held').executeTakeFirst()
      expect(row?.held_until).toBeGreaterThan(0)
    })
    for (const queue of others) {
      await queue.turn({})
      expect(performance.now() - start).toBeGreaterThan(1499)
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

  it('let background calls go in the end, though other replicas always have interactive ones', async () => {
    let isOver = false
    const busy = [0, 1].map(async (replica) => {
      const queue = replicas[replica]?.('starving', 10)
      while (!isOver) await Promise.all([queue?.turn({}), queue?.turn({})])
    })
    await replicas[0]?.('starving', 10).turn({})
    await replicas[2]?.('starving', 10).turn({ priority: 'background' })
    isOver = true
    await Promise.all(busy)
  })
})
