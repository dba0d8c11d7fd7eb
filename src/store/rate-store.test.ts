import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ask, Slots } from '../limits/slots.ts'
import { createRateStore } from './rate-store.ts'
import type { Store } from './store.ts'
import { engines } from './testing/engines.ts'

/** So long that all that a test does happens within one. */
const SPACING = 50_000
const HOUR = 3_600_000
const ask = (given: Partial<Ask> = {}): Ask => ({
  name: 'firm',
  spacingMs: SPACING,
  priority: 'interactive',
  idleMs: Number.POSITIVE_INFINITY,
  ...given,
})

/** How many spacings ahead the slots are. */
const places = (slots: readonly { waitMs: number }[]) =>
  slots.map(({ waitMs }) => Math.round(waitMs / SPACING)).sort((a, b) => a - b)

describe.each(engines)('the slots of all replicas on $name', (engine) => {
  let store: Store
  let other: Store
  let here: Slots
  let there: Slots

  beforeEach(async () => {
    const opened = await engine.open()
    store = opened.store
    other = await opened.again()
    here = createRateStore(store)
    there = createRateStore(other)
  })
  afterEach(async () => {
    await other.close()
    await store.close()
  })

  it('are given out one after the other, whoever asks', async () => {
    expect(await here.reserve(ask())).toEqual({ granted: true, waitMs: 0 })
    const second = await there.reserve(ask())
    expect(second.waitMs).toBeLessThanOrEqual(SPACING)
    expect(places([second, await here.reserve(ask()), await there.reserve(ask())])).toEqual([1, 2, 3])
  })

  it('are never given twice to those who ask at the same moment', async () => {
    const wishes = Array.from({ length: 20 }, () => [here.reserve(ask()), there.reserve(ask())]).flat()
    expect(places(await Promise.all(wishes))).toEqual([...Array(40).keys()])
  })

  it('are apart by name', async () => {
    await here.reserve(ask())
    expect(await there.reserve(ask({ name: 'other' }))).toEqual({ granted: true, waitMs: 0 })
  })

  it('do not come closer to a call that went late than the rate allows', async () => {
    await here.reserve(ask({ spacingMs: 1 }))
    const next = await here.reserve(ask({ idleMs: SPACING / 2 }))
    expect(next.waitMs).toBeLessThan(SPACING * 0.6)
    expect(next.waitMs).toBeGreaterThan(SPACING / 4)
  })

  it('go to background calls only when no interactive one has taken the present one', async () => {
    const background = ask({ priority: 'background' })
    expect(await here.reserve(background)).toEqual({ granted: true, waitMs: 0 })
    expect(places([await there.reserve(background)])).toEqual([1])
    await here.reserve(ask())
    const refused = await there.reserve(background)
    expect(refused.granted).toBe(false)
    expect(places([refused])).toEqual([3])
    expect(places([await there.reserve(ask())])).toEqual([3])
  })

  it('are free for background calls again when the interactive ones have passed', async () => {
    const background = ask({ spacingMs: 5, priority: 'background' })
    await here.reserve(ask({ spacingMs: 5 }))
    let slot = await there.reserve(background)
    while (!slot.granted) {
      await new Promise((resolve) => setTimeout(resolve, slot.waitMs + 1))
      slot = await there.reserve(background)
    }
    expect(slot).toEqual({ granted: true, waitMs: 0 })
  })

  it('are held for everybody, the longest hold counting, without losing one', async () => {
    await here.hold('firm', SPACING)
    await there.hold('firm', 10)
    for (const priority of ['interactive', 'background'] as const) {
      const slot = await there.reserve(ask({ priority }))
      expect(slot.granted).toBe(false)
      expect(places([slot])).toEqual([1])
    }
    expect(await there.reserve(ask({ name: 'other' }))).toMatchObject({ granted: true })
  })

  it('are held for an hour at most', async () => {
    await here.hold('firm', 48 * HOUR)
    expect(Math.round((await there.reserve(ask())).waitMs / HOUR)).toBe(1)
  })

  it('are not lost for an hour when the clock is set back by one', async () => {
    await here.reserve(ask())
    const db = await store.db()
    const ahead = Date.now() + 2 * HOUR * 24
    await db
      .updateTable('rate')
      .set({ next_at: ahead, interactive_until: ahead, held_until: ahead })
      .execute()
    expect(await there.reserve(ask({ priority: 'background' }))).toEqual({ granted: true, waitMs: 0 })
  })

  it('leave nothing behind for upstreams that nobody calls any more', async () => {
    await here.reserve(ask())
    const db = await store.db()
    await db
      .insertInto('rate')
      .values({ name: 'old', next_at: Date.now() - 24 * HOUR * 30 })
      .execute()
    await here.reserve(ask({ name: 'new' }))
    const names = await db.selectFrom('rate').select('name').orderBy('name').execute()
    expect(names.map(({ name }) => name)).toEqual(['firm', 'new'])
  })

  it('go on when somebody has emptied the table', async () => {
    await here.reserve(ask())
    await (await store.db()).deleteFrom('rate').execute()
    expect(await here.reserve(ask())).toEqual({ granted: true, waitMs: 0 })
  })
})
