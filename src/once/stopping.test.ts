import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AppError } from '../kernel/errors.ts'
import { identify } from './identity.ts'
import type { Held } from './lease.ts'
import type { OnceWork } from './making.ts'
import { outcomeOf } from './testing/outcome-of.ts'
import { callOf, createWorld, type Process, startProcess, type World } from './testing/world.ts'

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

const call = (process: Process, more: Partial<OnceWork<{ id: number }>> = {}, key = 'k1') =>
  process.once.run(callOf({ key, input: { name: key } }), { ...world.work(process, key), ...more })
const never = () => new Promise<never>(() => undefined)
const look = (key = 'k1') => world.store.look(identify(callOf({ key })).id)

/** Ends well after so long, whatever it is told. */
const deaf = (ms: number) => ({
  do: () => new Promise<{ id: number }>((resolve) => setTimeout(resolve, ms, { id: 1 })),
})

async function closed(process: Process, deadlineMs: number): Promise<number> {
  const before = performance.now()
  await outcomeOf(process.once.close(deadlineMs))
  return performance.now() - before
}

it('finishes what ends in time', async () => {
  const running = call(first, deaf(300))
  await vi.advanceTimersByTimeAsync(10)
  await closed(first, 1_000)
  expect(await running).toEqual({ answer: { id: 1 }, replayed: false })
  expect(await look()).toMatchObject({ state: 'done' })
})

it('leaves nothing that runs on held, so that whoever repeats it looks at once', async () => {
  for (const key of ['k1', 'k2', 'k3']) void call(first, { do: never }, key)
  await vi.advanceTimersByTimeAsync(10)
  expect(await closed(first, 1_000)).toBeLessThanOrEqual(1_000)
  for (const key of ['k1', 'k2', 'k3']) {
    const row = await look(key)
    expect(row?.state).toBe('unverified')
    expect(row?.aliveUntil).toBeLessThanOrEqual(Date.now())
  }
  expect(await outcomeOf(call(second))).toEqual({ answer: { id: 1 }, replayed: false })
})

it('leaves the report of a call that it cut off to whoever stops it, and nobody gives it once more', async () => {
  for (const key of ['repeated', 'left']) void call(first, { do: never }, key)
  await vi.advanceTimersByTimeAsync(10)
  await closed(first, 1_000)
  await outcomeOf(call(second, {}, 'repeated'))
  await vi.advanceTimersByTimeAsync(180_000)
  expect(world.drafts).toEqual([])
})

it.each([
  ['well', deaf(5_000)],
  [
    'in doubt',
    {
      do: () =>
        new Promise<never>((_, reject) => {
          setTimeout(reject, 5_000, new AppError('unverified', 'cut'))
        }),
    },
  ],
])('writes nothing afterwards of work that ends late and %s', async (_, work) => {
  void call(first, work).catch(() => undefined)
  await vi.advanceTimersByTimeAsync(10)
  await closed(first, 1_000)
  const before = await look()
  await vi.advanceTimersByTimeAsync(20_000)
  expect({ ...(await look()), now: 0 }).toEqual({ ...before, now: 0 })
  expect(world.answers.size).toBe(0)
})

it('begins nothing any more', async () => {
  await closed(first, 1_000)
  const work = vi.fn()
  await expect(outcomeOf(call(first, { do: work }))).rejects.toMatchObject({ kind: 'unavailable' })
  expect(work).not.toHaveBeenCalled()
  expect(await look()).toBeUndefined()
})

it('takes back a call that is just being written down', async () => {
  const { begin } = world.store
  vi.spyOn(world.store, 'begin').mockImplementationOnce(async (...args) => {
    await new Promise((resolve) => setTimeout(resolve, 800))
    return begin(...args)
  })
  const work = vi.fn()
  const problem = call(first, { do: work }).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(10)
  await closed(first, 1_000)
  expect(await problem).toMatchObject({ kind: 'unavailable' })
  expect(work).not.toHaveBeenCalled()
  expect(await look()).toBeUndefined()
})

it('lets nothing be sent by what it holds', async () => {
  let held: Held | undefined
  void call(first, {
    do(given) {
      held = given
      return never()
    },
  })
  await vi.advanceTimersByTimeAsync(10)
  await closed(first, 0)
  expect([held?.isHeld(), held?.signal.aborted]).toEqual([false, true])
  expect(held?.signal.reason).toMatchObject({ kind: 'unverified' })
})

it('waits no longer than it is given for a store that hangs', async () => {
  void call(first, { do: never })
  await vi.advanceTimersByTimeAsync(10)
  vi.spyOn(world.store, 'doubt').mockImplementation(never)
  expect(await closed(first, 400)).toBeLessThanOrEqual(500)
})

it('ends at once when nothing runs', async () => {
  await outcomeOf(call(first))
  expect(await closed(first, 60_000)).toBeLessThanOrEqual(100)
})
