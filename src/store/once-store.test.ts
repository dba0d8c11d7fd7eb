import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../kernel/clock.ts'
import type { Hold, NewCall, OnceStore, Seen } from '../once/once-store.ts'
import { memoryOnceStore } from '../once/testing/memory-once-store.ts'
import { createOnceStore } from './once-store.ts'
import { engines, type Opened } from './testing/engines.ts'

const HOUR = 3_600_000
const call = (id: string, more: Partial<NewCall> = {}): NewCall => ({
  id,
  owner: 'ivan',
  tool: 'create_deal',
  account: 'firm',
  digest: 'd',
  keepMs: HOUR,
  ...more,
})
const hold = (holder: string, leaseMs = HOUR, draft = `draft of ${holder}`): Hold => ({
  holder,
  leaseMs,
  draft,
})

async function seen(store: OnceStore, id: string): Promise<Seen> {
  const row = await store.look(id)
  if (row === undefined) throw new Error(`nothing under ${id}`)
  return row
}

describe.each(engines)('calls that happen once, on $name', (engine) => {
  let opened: Opened
  let first: OnceStore
  let second: OnceStore
  let close: () => Promise<void>

  beforeEach(async () => {
    opened = await engine.open()
    const other = await opened.again()
    first = createOnceStore(opened.store, systemClock)
    second = createOnceStore(other, systemClock)
    close = async () => {
      await other.close()
      await opened.store.close()
    }
  })
  afterEach(() => close())

  it('lets one of many begin a call', async () => {
    const stores = [first, second]
    const began = await Promise.all(
      Array.from({ length: 20 }, (_, index) => stores[index % 2]?.begin(call('a'), hold(`h${index}`))),
    )
    const [startedAt, ...others] = began.filter((at) => at !== undefined)
    expect(others).toEqual([])
    expect(await seen(second, 'a')).toMatchObject({ state: 'running', startedAt, owner: 'ivan', digest: 'd' })
  })

  it('lets one of many claim a call that nobody holds, and keeps when it first began', async () => {
    const startedAt = await first.begin(call('a'), hold('dead', 0))
    const row = await seen(second, 'a')
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? first : second).claim(row, hold(`h${n}`))),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect(await seen(first, 'a')).toMatchObject({
      state: 'running',
      startedAt,
      holder: `h${claims.indexOf(true)}`,
    })
  })

  it('lets nobody claim a call that is held, done, or not as it was seen', async () => {
    await first.begin(call('a'), hold('h1'))
    expect(await second.claim(await seen(second, 'a'), hold('h2'))).toBe(false)
    await first.doubt(['h1'])
    const before = await seen(second, 'a')
    expect(await first.claim(before, hold('h3'))).toBe(true)
    expect(await second.claim(before, hold('h2'))).toBe(false)
    await first.finish({ id: 'a', holder: 'h3' }, HOUR)
    expect(await second.claim(await seen(second, 'a'), hold('h2'))).toBe(false)
  })

  it('lets who has lost a call neither finish, nor release, nor doubt it', async () => {
    await first.begin(call('a'), hold('lost', 0))
    await second.claim(await seen(second, 'a'), hold('holder'))
    const held = { id: 'a', holder: 'lost' }
    expect(await first.finish(held, HOUR)).toBe(false)
    await first.release(held)
    await first.doubt(['lost'])
    expect(await seen(second, 'a')).toMatchObject({ state: 'running', holder: 'holder' })
  })

  it('lets a late finish stand when nobody has claimed the call meanwhile', async () => {
    await first.begin(call('a'), hold('late', 0))
    await second.abandon()
    expect(await first.finish({ id: 'a', holder: 'late' }, HOUR)).toBe(true)
    expect(await seen(second, 'a')).toMatchObject({ state: 'done', draft: '' })
  })

  it('makes holds last that are not over, and says which', async () => {
    await first.begin(call('a'), hold('alive', HOUR))
    await first.begin(call('b'), hold('over', 0))
    await first.begin(call('c'), hold('other', HOUR))
    const before = await seen(first, 'a')
    const other = await seen(first, 'c')
    expect(await first.extend(['alive', 'over', 'nobody'], 2 * HOUR)).toEqual(['alive'])
    expect((await seen(first, 'a')).aliveUntil).toBeGreaterThan(before.aliveUntil)
    expect((await seen(first, 'c')).aliveUntil).toBe(other.aliveUntil)
    expect(await first.extend([], HOUR)).toEqual([])
  })

  it('lets no hold end later than a hold from now, and leaves the others as they are', async () => {
    await first.begin(call('a'), hold('ahead', 3 * HOUR))
    await first.begin(call('b'), hold('near', HOUR / 2))
    await first.begin(call('c'), hold('doubtful', 3 * HOUR))
    await first.doubt(['doubtful'])
    const [near, doubtful] = [await seen(first, 'b'), await seen(first, 'c')]
    await second.shorten(HOUR)
    const { aliveUntil, now, ...rest } = await seen(first, 'a')
    expect(aliveUntil).toBeGreaterThan(now)
    expect(aliveUntil).toBeLessThanOrEqual(now + HOUR)
    expect(rest).toMatchObject({ state: 'running', holder: 'ahead', draft: 'draft of ahead' })
    expect((await seen(first, 'b')).aliveUntil).toBe(near.aliveUntil)
    expect((await seen(first, 'c')).aliveUntil).toBe(doubtful.aliveUntil)
    expect(await first.extend(['ahead'], 2 * HOUR)).toEqual(['ahead'])
  })

  it('doubts many at once, and gives the draft of none of them', async () => {
    for (const id of ['a', 'b', 'c']) await first.begin(call(id), hold(`h${id}`))
    await first.doubt([])
    await first.doubt(['ha', 'hb', 'nobody'])
    expect(await second.abandon()).toEqual([])
    const rows = await Promise.all(['a', 'b', 'c'].map((id) => seen(first, id)))
    expect(rows.map(({ state }) => state)).toEqual(['unverified', 'unverified', 'running'])
    expect(await second.claim(await seen(second, 'a'), hold('other'))).toBe(true)
  })

  it('gives the draft of a dead call to one of many, once', async () => {
    await first.begin(call('a'), hold('h1', 0, 'of a'))
    await first.begin(call('b'), hold('h2', 0, 'of b'))
    await first.begin(call('c'), hold('h3', HOUR, 'of c'))
    const given = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? first : second).abandon()))
    expect(given.flat().sort()).toEqual(['of a', 'of b'])
    expect((await seen(first, 'a')).state).toBe('unverified')
  })

  it('tells a twin by tool, account and arguments, as long as it was alive then', async () => {
    await first.begin(call('a'), hold('h1'))
    const row = await seen(first, 'a')
    expect(await first.hasTwin(row, 0)).toBe(false)
    for (const other of [{ tool: 'x' }, { account: 'x' }, { digest: 'x' }]) {
      await first.begin(call(`of ${Object.keys(other)}`, other), hold('h2'))
    }
    expect(await first.hasTwin(row, 0)).toBe(false)
    await first.begin(call('twin', { owner: 'olga' }), hold('h3'))
    await first.finish({ id: 'twin', holder: 'h3' }, HOUR)
    expect(await first.hasTwin(row, row.startedAt)).toBe(true)
    expect(await first.hasTwin(row, row.startedAt + HOUR)).toBe(false)
  })

  it('forgets what is over, and not what has begun anew', async () => {
    await first.begin(call('a'), hold('h1'))
    await first.finish({ id: 'a', holder: 'h1' }, 0)
    await first.begin(call('b'), hold('h2'))
    const [past, ...others] = await second.expired()
    expect([past?.id, others]).toEqual(['a', []])
    if (past) await second.forget(past)
    expect(await first.look('a')).toBeUndefined()
    await pause(5)
    await first.begin(call('a', { keepMs: 0 }), hold('h3'))
    if (past) await second.forget(past)
    expect(await first.look('a')).toBeDefined()
  })

  it('takes any text that can be stored', async () => {
    const text = `'";--\\ 😀 ${'длинно '.repeat(20_000)}`
    await first.begin(call('a', { owner: text, account: text }), hold('h1', HOUR, text))
    expect(await seen(second, 'a')).toMatchObject({ owner: text, account: text, draft: text })
  })
})

/** Every operation with every argument that matters, over few calls and holders, so that they meet. */
const operation = fc.oneof(
  // Less than nothing: the clock is set back.
  fc.record({ op: fc.constant('wait' as const), ms: fc.integer({ min: -30, max: 60 }) }),
  fc.record({
    op: fc.constantFrom('begin', 'claim', 'finish', 'release', 'doubt', 'extend', 'shorten'),
    id: fc.constantFrom('a', 'a', 'b'),
    holder: fc.constantFrom('h1', 'h1', 'h2'),
    ms: fc.integer({ min: 0, max: 50 }),
  }),
  fc.record({ op: fc.constantFrom('abandon', 'forget', 'twin') }),
)

describe('the SQL of calls that happen once', () => {
  it('does in any order what its model does', async () => {
    const [sqlite] = engines
    const opened = await sqlite?.open()
    if (opened === undefined) throw new Error('no engine')
    let now = 1_000
    let run = 0
    const clock: Clock = { now: () => now }
    const real = createOnceStore(opened.store, clock)
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 40, size: 'max' }), async (operations) => {
        const model = memoryOnceStore(clock)
        run += 1
        // Past all that earlier runs have left.
        now += HOUR
        await real.abandon()
        for (const past of await real.expired()) await real.forget(past)
        for (const each of operations) {
          if (each.op === 'wait') now += each.ms
          else expect(await apply(real, each)).toEqual(await apply(model, each))
          for (const id of ['a', 'b']) expect(await real.look(id)).toEqual(await model.look(id))
        }
      }),
      { numRuns: 150 },
    )
    expect(run).toBeGreaterThanOrEqual(150)
    await opened.store.close()
  })
})

async function apply(store: OnceStore, each: { op: string; id?: string; holder?: string; ms?: number }) {
  const { op, id = 'a', holder = '', ms = 0 } = each
  const row = await store.look(id)
  switch (op) {
    case 'begin':
      return store.begin(call(id, { keepMs: ms }), hold(holder, ms))
    case 'claim':
      return row && store.claim(row, hold(holder, ms))
    case 'finish':
      return store.finish({ id, holder }, ms)
    case 'release':
      return store.release({ id, holder })
    case 'doubt':
      return store.doubt([holder])
    case 'shorten':
      return store.shorten(ms)
    case 'extend':
      return (await store.extend([holder], ms)).toSorted()
    case 'abandon':
      return (await store.abandon()).toSorted()
    case 'twin':
      return row && store.hasTwin(row, row.startedAt - ms)
    default: {
      const past = await store.expired()
      for (const one of past) await store.forget(one)
      return past.map(({ id }) => id).toSorted()
    }
  }
}
