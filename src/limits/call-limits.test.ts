import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Caller } from '../kernel/caller.ts'
import { silentLog } from '../kernel/log.ts'
import { createCallLimits } from './call-limits.ts'
import { stepsOf } from './call-rate.ts'
import { createOwnCallRate } from './own-call-rate.ts'
import { readCallLimits } from './read-call-limits.ts'

const caller = (userId: string, clientId = 'app'): Caller => ({ userId, clientId, scopes: new Set() })
const limitsOf = (text: string) => createCallLimits({ perMinute: readCallLimits(text), log: silentLog })

describe('the limit of one caller', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('allows a whole minute of calls at once, and then says when the next may come', () => {
    const limits = limitsOf('write=3')
    for (let n = 0; n < 3; n++) limits.take(caller('a'), 'write')
    expect(() => limits.take(caller('a'), 'write')).toThrow(
      expect.objectContaining({ kind: 'rate_limited', retryAfterSeconds: 20 }),
    )
  })

  it('allows the call after the time it has named, and not a second sooner', () => {
    const limits = limitsOf('write=1')
    limits.take(caller('a'), 'write')
    vi.advanceTimersByTime(59_000)
    expect(() => limits.take(caller('a'), 'write')).toThrow(expect.objectContaining({ retryAfterSeconds: 1 }))
    vi.advanceTimersByTime(1_000)
    limits.take(caller('a'), 'write')
  })

  it('is another for another person, another client and another class', () => {
    const limits = limitsOf('read=1,write=1')
    limits.take(caller('a'), 'write')
    limits.take(caller('b'), 'write')
    limits.take(caller('a', 'other app'), 'write')
    limits.take(caller('a'), 'read')
    expect(() => limits.take(caller('a'), 'write')).toThrow()
  })

  it('of nought is none', () => {
    const limits = limitsOf('send=0')
    for (let n = 0; n < 10_000; n++) limits.take(caller('a'), 'send')
  })
})

describe('the arithmetic', () => {
  /** Pauses in whole milliseconds before each of the calls. */
  const pauses = fc.array(fc.oneof(fc.constant(0), fc.nat(500), fc.nat(90_000)), { maxLength: 300 })
  const perMinute = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000_000 }))

  function run(limit: number, waits: readonly number[]) {
    let at = 0
    const rate = createOwnCallRate(() => at)
    return waits.map((wait) => {
      at += wait
      const refusedFor = rate.take('a', stepsOf(limit))
      if (typeof refusedFor !== 'number') throw new Error('not at once')
      return { at, refusedFor }
    })
  }

  it('never lets more through in any window than a minute holds, plus what drains meanwhile', () => {
    fc.assert(
      fc.property(perMinute, pauses, (limit, waits) => {
        const taken = run(limit, waits).filter(({ refusedFor }) => refusedFor === 0)
        for (const [n, { at }] of taken.entries()) {
          const later = taken.slice(n)
          for (const [count, call] of later.entries()) {
            expect(count + 1).toBeLessThanOrEqual(limit + Math.floor(((call.at - at) * limit) / 60_000))
          }
        }
      }),
    )
  })

  it('never refuses who keeps to the rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 300 }), (limit, count) => {
        const steady = Array.from({ length: count }, () => Math.ceil(60_000 / limit))
        expect(run(limit, steady).every(({ refusedFor }) => refusedFor === 0)).toBe(true)
      }),
    )
  })

  it('lets the whole minute through at once, and not one more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.nat(1e9), (limit, start) => {
        const calls = run(limit, [start, ...Array(limit).fill(0)])
        expect(calls.findIndex(({ refusedFor }) => refusedFor > 0)).toBe(limit)
      }),
    )
  })

  it('names a time at which the call is taken, and before which it is not', () => {
    fc.assert(
      fc.property(perMinute, pauses, (limit, waits) => {
        let at = 0
        const rate = createOwnCallRate(() => at)
        for (const wait of waits) {
          at += wait
          const refusedFor = Number(rate.take('a', stepsOf(limit)))
          if (refusedFor === 0) continue
          const told = at + refusedFor
          at = told - 0.001
          expect(rate.take('a', stepsOf(limit))).toBeGreaterThan(0)
          at = told
          expect(rate.take('a', stepsOf(limit))).toBe(0)
        }
      }),
    )
  })

  it('takes no more room for a million callers than for a few thousand, and still knows the latest', () => {
    let at = 0
    const rate = createOwnCallRate(() => at)
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    for (let n = 0; n < 1_000_000; n++) {
      at += 0.001
      rate.take(`caller ${n}`, stepsOf(1))
    }
    globalThis.gc?.()
    // Every caller of the minute would take about 150 MB; garbage that is not collected yet counts here as well.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 2 ** 20)
    expect(rate.take('caller 999999', stepsOf(1))).toBeGreaterThan(0)
    expect(rate.take('caller 980000', stepsOf(1))).toBeGreaterThan(0)
  })
})

describe('CALL_LIMITS', () => {
  it('changes the classes that it names and leaves the others as they are', () => {
    expect(readCallLimits('')).toEqual({ read: 600, draft: 120, write: 60, send: 30, destroy: 10 })
    expect(readCallLimits(' write=20 , send = 0,')).toEqual({
      read: 600,
      draft: 120,
      write: 20,
      send: 0,
      destroy: 10,
    })
  })

  it.each(['write', 'write=', 'write=-1', 'write=1.5', 'write=a', 'raed=5', 'write=9999999', '__proto__=5'])(
    'refuses %j and names the variable',
    (text) => {
      expect(() => readCallLimits(text)).toThrow(/^CALL_LIMITS/)
    },
  )
})
