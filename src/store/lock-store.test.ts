import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LockStore } from '../locks/lock-store.ts'
import { createLockStore } from './lock-store.ts'
import type { Store } from './store.ts'
import { engines } from './testing/engines.ts'

/** So long that all that a test does happens within it. */
const LONG = 50_000

describe.each(engines)('the locks of all replicas on $name', (engine) => {
  let store: Store
  let other: Store
  let here: LockStore
  let there: LockStore

  beforeEach(async () => {
    const opened = await engine.open()
    store = opened.store
    other = await opened.again()
    here = createLockStore(store)
    there = createLockStore(other)
  })
  afterEach(async () => {
    await other.close()
    await store.close()
  })

  it('are had by one at a time, and by the next when it is given back', async () => {
    expect(await here.take('firm', 'a', LONG)).toBe(true)
    expect(await there.take('firm', 'b', LONG)).toBe(false)
    await here.give('firm', 'a')
    expect(await there.take('firm', 'b', LONG)).toBe(true)
    expect(await here.take('firm', 'a', LONG)).toBe(false)
  })

  it('go to one of those who take it at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const takers = Array.from({ length: 20 }, (_, n) => (n % 2 ? here : there).take('firm', `${n}`, LONG))
      const taken = await Promise.all(takers)
      expect(taken.filter(Boolean)).toHaveLength(1)
      await here.give('firm', String(taken.indexOf(true)))
    }
  })

  it('go to one of those who find it over at the same moment', async () => {
    await here.take('firm', 'dead', 1)
    await sleep(5)
    const takers = Array.from({ length: 20 }, (_, n) => (n % 2 ? here : there).take('firm', `${n}`, LONG))
    expect((await Promise.all(takers)).filter(Boolean)).toHaveLength(1)
  })

  it('are apart by name', async () => {
    await here.take('firm', 'a', LONG)
    expect(await there.take('other', 'b', LONG)).toBe(true)
  })

  it('may be taken twice by the same holder, whose first answer got lost', async () => {
    await here.take('firm', 'a', LONG)
    expect(await here.take('firm', 'a', LONG)).toBe(true)
    expect(await there.take('firm', 'b', LONG)).toBe(false)
  })

  it('end by themselves when nobody extends them', async () => {
    await here.take('firm', 'a', 40)
    await vi.waitUntil(() => there.take('firm', 'b', LONG))
    expect(await here.extend('firm', 'a', LONG)).toBe(false)
    expect(await here.take('firm', 'a', LONG)).toBe(false)
  })

  it('do not end while they are extended', async () => {
    await here.take('firm', 'a', 1)
    expect(await here.extend('firm', 'a', LONG)).toBe(true)
    await sleep(5)
    expect(await there.take('firm', 'b', LONG)).toBe(false)
  })

  it('are not extended after somebody else has had them, also when they are free again', async () => {
    await here.take('firm', 'a', 1)
    await vi.waitUntil(() => there.take('firm', 'b', LONG))
    expect(await here.extend('firm', 'a', LONG)).toBe(false)
    await there.give('firm', 'b')
    expect(await here.extend('firm', 'a', LONG)).toBe(false)
    expect(await there.take('firm', 'b', LONG)).toBe(true)
  })

  it('are not given back by a stranger', async () => {
    await here.take('firm', 'a', LONG)
    await there.give('firm', 'b')
    await there.give('other', 'a')
    expect(await there.take('firm', 'b', LONG)).toBe(false)
  })

  it('are not held up for an hour when the clock is set back by one', async () => {
    await here.take('firm', 'a', LONG)
    const db = await store.db()
    await db
      .updateTable('lock')
      .set({ until: Date.now() + 3_600_000 })
      .execute()
    expect(await there.take('firm', 'b', LONG)).toBe(true)
  })

  it('leave nothing behind', async () => {
    await here.take('firm', 'a', LONG)
    await here.give('firm', 'a')
    expect(await (await store.db()).selectFrom('lock').selectAll().execute()).toEqual([])
  })
})
