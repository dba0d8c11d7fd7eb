import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AppError } from '../kernel/errors.ts'
import type { OnceCall } from './identity.ts'
import type { Held } from './lease.ts'
import type { OnceWork } from './making.ts'
import { outcomeOf } from './testing/outcome-of.ts'
import { callOf, createWorld, type Process, REFUSED, startProcess, type World } from './testing/world.ts'

let world: World
let first: Process
let second: Process

beforeEach(() => {
  vi.useFakeTimers()
  world = createWorld()
  first = startProcess(world)
  second = startProcess(world)
})
afterEach(() => {
  vi.useRealTimers()
})

function run(process: Process, more: Partial<OnceCall> = {}, work: Partial<OnceWork<{ id: number }>> = {}) {
  const call = callOf(more)
  const name = String((call.input as { name: unknown }).name)
  return outcomeOf(process.once.run(call, { ...world.work(process, name), ...work }))
}

const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000)
const cut = async () => {
  throw new AppError('unverified', 'The line was cut.')
}
const never = () => new Promise<never>(() => undefined)

it('gives the first answer again, from any process', async () => {
  expect(await run(first)).toEqual({ answer: { id: 1 }, replayed: false })
  expect(await run(first)).toEqual({ answer: { id: 1 }, replayed: true })
  expect(await run(second)).toEqual({ answer: { id: 1 }, replayed: true })
  expect(world.deals).toHaveLength(1)
})

it('keeps an answer of a megabyte as it is', async () => {
  const text = 'ы'.repeat(500_000)
  const work = { do: async () => ({ text }) }
  expect(await outcomeOf(first.once.run(callOf(), work))).toEqual({ answer: { text }, replayed: false })
  const again = await outcomeOf(second.once.run<{ text: string }>(callOf(), { do: never }))
  expect(again.answer.text === text).toBe(true)
})

it('makes one of two calls at the same time, in one process and in two', async () => {
  const calls = [run(first), run(first), run(second)]
  const answers = await Promise.all(calls)
  expect(answers.map(({ answer }) => answer.id)).toEqual([1, 1, 1])
  expect(answers.map(({ replayed }) => replayed)).toEqual([false, true, true])
  expect(world.deals).toHaveLength(1)
})

it('refuses the key of a call with other arguments, in one process and in two, also at the same time', async () => {
  const refused = { kind: 'invalid_input', message: expect.stringContaining('other arguments') }
  const other = { input: { name: 'Двери' } }
  const running = run(first)
  await expect(run(first, other)).rejects.toMatchObject(refused)
  await expect(run(second, other)).rejects.toMatchObject(refused)
  await running
  await expect(run(second, other)).rejects.toMatchObject(refused)
  expect(world.deals).toHaveLength(1)
})

it('knows a repeated call by its arguments for a minute', async () => {
  const derived = { key: undefined, derive: true }
  await run(first, derived)
  await vi.advanceTimersByTimeAsync(50_000)
  expect(await run(second, derived)).toMatchObject({ replayed: true })
  await run(second, { ...derived, input: { name: 'Двери' } })
  await vi.advanceTimersByTimeAsync(20_000)
  expect(await run(second, derived)).toEqual({ answer: { id: 3 }, replayed: false })
})

it('makes a call that nothing is known by as often as it comes, and keeps nothing of it', async () => {
  const nameless = { key: undefined }
  const answers = [await run(first, nameless), await run(first, nameless)]
  expect(answers.map(({ answer }) => answer.id)).toEqual([1, 2])
  expect(world.answers.size).toBe(0)
  await expect(run(first, nameless, { do: cut })).rejects.toThrow('cut')
  await minutes(2)
  expect(world.drafts).toEqual([])
})

it('begins anew after a failure that says that nothing was done', async () => {
  const refuse = async () => {
    throw REFUSED
  }
  await expect(run(first, {}, { do: refuse })).rejects.toBe(REFUSED)
  expect(await run(second)).toEqual({ answer: { id: 1 }, replayed: false })
})

it.each([
  ['a cut line', new AppError('unverified', 'cut')],
  ['a bug', new TypeError('bug')],
])('looks for what a call has made that ended with %s, before it does anything', async (_, error) => {
  const work = world.work(first, 'Окна')
  const makeAndFail = async (held: Held) => {
    await work.do(held)
    throw error
  }
  await expect(run(first, {}, { do: makeAndFail })).rejects.toBe(error)
  expect(await run(second)).toEqual({ answer: { id: 1 }, replayed: true })
  expect(world.deals).toHaveLength(1)
})

it('makes it when nothing was made, and only then', async () => {
  await expect(run(first, {}, { do: cut })).rejects.toThrow('cut')
  expect(await run(second)).toEqual({ answer: { id: 1 }, replayed: false })
})

it('looks from when the call first began, however often it was cut off', async () => {
  const begun = Date.now()
  const since: number[] = []
  for (let tries = 0; tries < 3; tries++) {
    const settle = async (time: number) => void since.push(time)
    await expect(run(first, {}, { do: cut, settle: settle as () => Promise<undefined> })).rejects.toThrow()
    await minutes(1)
  }
  expect(since).toEqual([begun, begun])
})

it('does not repeat what cannot be looked for, until it has a new key', async () => {
  const blind = { settle: undefined as never }
  await expect(run(first, {}, { ...blind, do: cut })).rejects.toThrow('cut')
  const error = await run(second, {}, blind).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ kind: 'unverified', hint: expect.stringContaining('new idempotency_key') })
  expect(await run(second, { key: 'k2' }, blind)).toMatchObject({ replayed: false })
  expect(world.deals).toHaveLength(1)
})

it('says to come back when the look itself fails, and looks again then', async () => {
  await expect(run(first, {}, { do: cut })).rejects.toThrow('cut')
  const settle = async () => {
    throw new AppError('upstream_failed', 'no answer', { retryAfterSeconds: 7 })
  }
  const error = await run(first, {}, { settle }).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ kind: 'unverified', retryAfterSeconds: 7 })
  expect(world.deals).toHaveLength(0)
  expect(await run(first)).toMatchObject({ replayed: false })
})

it('simply makes again what changes nothing the second time', async () => {
  await expect(run(first, {}, { do: cut })).rejects.toThrow('cut')
  const again = { repeatable: true, settle: undefined as never }
  expect(await run(second, {}, again)).toEqual({ answer: { id: 1 }, replayed: false })
})

it('takes an answer that was sealed for done, though its process died before it said so', async () => {
  vi.spyOn(world.store, 'finish').mockImplementationOnce(never)
  void first.once.run(callOf(), world.work(first, 'Окна'))
  await vi.advanceTimersByTimeAsync(1_000)
  first.kill()
  await minutes(1)
  expect(await run(second, {}, { settle: undefined as never })).toEqual({ answer: { id: 1 }, replayed: true })
})

it('reports a call whose process died once, whether it is repeated or not', async () => {
  for (const key of ['repeated', 'left']) {
    void first.once.run(callOf({ key, draft: key, input: { name: key } }), { do: never })
  }
  await vi.advanceTimersByTimeAsync(1_000)
  first.kill()
  await vi.advanceTimersByTimeAsync(15_000)
  await run(second, { key: 'repeated', draft: 'the second', input: { name: 'repeated' } })
  await minutes(2)
  expect(world.drafts.toSorted()).toEqual(['left', 'repeated'])
})

it('keeps others away from work that takes longer than a hold, and tells them to come back', async () => {
  let end = (_: { id: number }) => {}
  const slow = new Promise<{ id: number }>((resolve) => {
    end = resolve
  })
  const running = first.once.run(callOf(), { do: () => slow })
  await minutes(3)
  await expect(run(second)).rejects.toMatchObject({ kind: 'unavailable', retryAfterSeconds: 10 })
  const waiting = run(second)
  end({ id: 7 })
  expect(await Promise.all([outcomeOf(running), waiting])).toEqual([
    { answer: { id: 7 }, replayed: false },
    { answer: { id: 7 }, replayed: true },
  ])
})

it('lets nothing be sent by a process that slept over the end of its hold, before any of its timers runs', async () => {
  let held: Held | undefined
  const running = first.once.run(callOf(), {
    do(given) {
      held = given
      return never()
    },
  })
  running.catch(() => undefined)
  await vi.advanceTimersByTimeAsync(10)
  expect([held?.isHeld(), held?.signal.aborted]).toEqual([true, false])
  vi.setSystemTime(Date.now() + 30_000)
  expect(held?.isHeld()).toBe(false)
  expect(() => held?.signal.throwIfAborted()).toThrow('may or may not')
  expect(held?.signal.reason).toMatchObject({ kind: 'unverified' })
})

it('ends the work when somebody else has taken the call over', async () => {
  vi.spyOn(world.store, 'extend').mockResolvedValueOnce([])
  let signal: AbortSignal | undefined
  void first.once.run(callOf(), {
    do(held) {
      signal = held.signal
      return never()
    },
  })
  const aborted = vi.fn()
  await vi.advanceTimersByTimeAsync(10)
  signal?.addEventListener('abort', aborted)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(aborted).toHaveBeenCalledOnce()
})

it('goes on when one of two callers leaves, and is cancelled when both have', async () => {
  const signals: AbortSignal[] = []
  const work = (signal: AbortSignal): OnceWork<{ id: number }> => ({
    signal,
    do: (held) =>
      new Promise((_, reject) => {
        signals.push(held.signal)
        held.signal.addEventListener('abort', () => reject(held.signal.reason))
      }),
  })
  const [one, other] = [new AbortController(), new AbortController()]
  const calls = [one, other].map(({ signal }) => first.once.run(callOf(), work(signal)))
  const ended = calls.map((call) => call.catch((error: unknown) => error))
  await vi.advanceTimersByTimeAsync(10)
  one.abort(new Error('left'))
  expect(await ended[0]).toMatchObject({ message: 'left' })
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  other.abort(new Error('left too'))
  expect(await ended[1]).toMatchObject({ message: 'left too' })
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
})

it('does nothing for a caller who has gone before', async () => {
  const work = { do: vi.fn(), signal: AbortSignal.abort(new Error('gone')) }
  await expect(first.once.run(callOf(), work)).rejects.toThrow('gone')
  expect(work.do).not.toHaveBeenCalled()
})

it('does nothing while the store fails, and nobody has to wait for it afterwards', async () => {
  const down = startProcess(world, { outage: { at: 1, ms: 200, after: true } })
  const work = { do: vi.fn() }
  await expect(outcomeOf(down.once.run(callOf(), work))).rejects.toMatchObject({ kind: 'unavailable' })
  expect(work.do).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await run(second)).toEqual({ answer: { id: 1 }, replayed: false })
})

it('gives the answer though the store fails just then, and keeps it when the store is back', async () => {
  const process = startProcess(world, { outage: { at: 3, ms: 20_000, after: false } })
  expect(await run(process)).toEqual({ answer: { id: 1 }, replayed: false })
  expect(await run(process)).toEqual({ answer: { id: 1 }, replayed: true })
  await vi.advanceTimersByTimeAsync(25_000)
  expect(await run(second, {}, { settle: undefined as never })).toEqual({ answer: { id: 1 }, replayed: true })
})

it('lets go at a stop of what still runs, so that the next process looks at once', async () => {
  const work: Partial<OnceWork<{ id: number }>> = {
    do: (held) =>
      new Promise((_, reject) => {
        held.signal.addEventListener('abort', () => reject(held.signal.reason))
      }),
  }
  const running = run(first, {}, work).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(10)
  await outcomeOf(first.once.close(1_000))
  expect(await running).toMatchObject({ kind: 'unverified' })
  const before = Date.now()
  await run(second)
  expect(Date.now() - before).toBeLessThan(5_000)
})

it('takes answers away when their time is over', async () => {
  await run(first)
  await run(first, { key: undefined, derive: true })
  expect(world.answers.size).toBe(2)
  await minutes(3)
  expect(world.answers.size).toBe(1)
  await minutes(24 * 60)
  expect(world.answers.size).toBe(0)
  expect(await run(first)).toEqual({ answer: { id: 3 }, replayed: false })
})

it('says that a call was made whose answer is lost', async () => {
  await run(first)
  world.answers.clear()
  await expect(run(second)).rejects.toMatchObject({
    kind: 'unverified',
    message: expect.stringContaining('made'),
  })
  expect(world.deals).toHaveLength(1)
})
