import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AppError } from './errors.ts'
import { createHold, instantOf } from './hold.ts'

const LEASE = 1_000
const { signal: never } = new AbortController()
let wall = 0
const clock = { now: () => wall }

/** Both clocks go on. */
function pass(ms: number): void {
  wall += ms
  vi.advanceTimersByTime(ms)
}

function holdNow() {
  const told: AppError[] = []
  const hold = createHold({
    takenAt: instantOf(clock),
    leaseMs: LEASE,
    clock,
    onLost() {
      const error = new AppError('unverified', 'Lost.', { hint: 'Look.' })
      told.push(error)
      return error
    },
  })
  return { hold, told }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it('ends here before it ends in the store, and is told once', () => {
  const { hold, told } = holdNow()
  const { signal } = hold.guard(never)
  pass(LEASE * 0.9 - 1)
  hold.look()
  expect([hold.isHeld(), signal.aborted]).toEqual([true, false])
  pass(1)
  expect([hold.isHeld(), told.length]).toEqual([false, 0])
  hold.look()
  hold.lose()
  expect(signal.reason).toBe(told[0])
  expect(told).toHaveLength(1)
})

it.each([
  ['the machine slept, which the steady clock does not see', 0, LEASE],
  ['the other clock was set back', LEASE, -LEASE],
])('is over when %s', (_, steadyMs, wallMs) => {
  const { hold } = holdNow()
  vi.advanceTimersByTime(steadyMs)
  wall += wallMs
  expect(hold.isHeld()).toBe(false)
})

it('lasts from the instant that the store was asked at, and not again once it is lost', () => {
  const { hold } = holdNow()
  pass(600)
  const asked = instantOf(clock)
  pass(200)
  hold.extendedAt(asked)
  pass(600)
  expect(hold.isHeld()).toBe(true)
  pass(200)
  hold.look()
  hold.extendedAt(instantOf(clock))
  expect(hold.isHeld()).toBe(false)
})

it('makes whoever asks its signal look at the clock', () => {
  const { hold, told } = holdNow()
  const { signal } = hold.guard(never)
  pass(LEASE)
  expect(signal.aborted).toBe(true)
  expect(() => signal.throwIfAborted()).toThrow('Lost.')
  expect(told).toHaveLength(1)
})

it('passes on why nobody wants the work any more, until the work is over', () => {
  const { hold } = holdNow()
  const caller = new AbortController()
  const first = hold.guard(caller.signal)
  first.end()
  const second = hold.guard(caller.signal)
  const listened = vi.fn()
  first.signal.addEventListener('abort', listened)
  caller.abort(new Error('gone'))
  expect(second.signal.reason).toMatchObject({ message: 'gone' })
  expect(hold.guard(caller.signal).signal.reason).toMatchObject({ message: 'gone' })
  expect(listened).not.toHaveBeenCalled()
  expect(hold.isHeld()).toBe(true)
})

it('cannot be lost after its end', () => {
  const { hold, told } = holdNow()
  hold.end()
  hold.extendedAt(instantOf(clock))
  hold.lose()
  hold.look()
  expect([hold.isHeld(), told.length]).toEqual([false, 0])
})
