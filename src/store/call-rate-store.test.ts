import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CallRate } from '../kernel/rate.ts'
import { stepsOf } from '../limits/call-rate.ts'
import { createCallRateStore } from './call-rate-store.ts'
import type { Store } from './store.ts'
import { engines } from './testing/engines.ts'

describe.each(engines)('the calls of a caller on $name', (engine) => {
  let store: Store
  let other: Store
  let here: CallRate
  let there: CallRate

  beforeEach(async () => {
    const opened = await engine.open()
    store = opened.store
    other = await opened.again()
    here = createCallRateStore(store)
    there = createCallRateStore(other)
  })
  afterEach(async () => {
    await other.close()
    await store.close()
  })

  it('are counted by all replicas together, also at the same moment', async () => {
    // One a minute drains during a test of seconds: none does.
    const calls = Array.from({ length: 6 }, () => [
      here.take('a', stepsOf(7)),
      there.take('a', stepsOf(7)),
    ]).flat()
    const waits = await Promise.all(calls)
    expect(waits.filter((wait) => wait === 0)).toHaveLength(7)
  })

  it('are told how long to wait for the next', async () => {
    await here.take('a', stepsOf(1))
    const wait = await there.take('a', stepsOf(1))
    expect(wait).toBeLessThanOrEqual(60_000)
    expect(wait).toBeGreaterThan(50_000)
  })

  it('are counted for as long as a slow limit takes to empty', async () => {
    const tenAHalfHour = { step: 180_000_000, room: 9 * 180_000_000 }
    for (let call = 0; call < 10; call++) expect(await here.take('a', tenAHalfHour)).toBe(0)
    expect(await there.take('a', tenAHalfHour)).toBeGreaterThan(170_000)
  })

  it('are counted apart by name', async () => {
    await here.take('a', stepsOf(1))
    expect(await here.take('b', stepsOf(1))).toBe(0)
  })

  it('drain while time passes', async () => {
    const perMinute = 60_000
    await Promise.all([here.take('a', stepsOf(perMinute)), there.take('a', stepsOf(perMinute))])
    const db = await store.db()
    const before = await db.selectFrom('call_rate').selectAll().executeTakeFirstOrThrow()
    await db
      .updateTable('call_rate')
      .set({ full_at: before.full_at - 60_000_000 })
      .execute()
    expect(await here.take('a', stepsOf(1))).toBe(0)
  })

  it('are not refused for an hour when the clock is set back by one', async () => {
    await here.take('a', stepsOf(1))
    const db = await store.db()
    await db
      .updateTable('call_rate')
      .set({ full_at: (Date.now() + 3_600_000) * 1000 })
      .execute()
    expect(await there.take('a', stepsOf(1))).toBe(0)
    expect(await there.take('a', stepsOf(1))).toBeLessThanOrEqual(60_000)
  })
})
