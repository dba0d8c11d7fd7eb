import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AppError } from '../kernel/errors.ts'
import type { OnceWork } from './making.ts'
import { outcomeOf } from './testing/outcome-of.ts'
import { callOf, createWorld, type Process, startProcess, type World } from './testing/world.ts'

const HOUR = 3_600_000
const MONTH = 30 * 24 * HOUR

let world: World
let first: Process
let second: Process

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(new Date('2026-11-20T12:00:00Z'))
  world = createWorld()
  first = startProcess(world)
  second = startProcess(world)
})
afterEach(() => {
  vi.useRealTimers()
})

const call = (process: Process, more: Partial<OnceWork<{ id: number }>> = {}) =>
  outcomeOf(process.once.run(callOf(), { ...world.work(process, 'Окна'), ...more }))
const never = () => new Promise<never>(() => undefined)

it.each([HOUR, MONTH])('looks for a doubtful change as soon as ever, %d ms back', async (ms) => {
  const cut = async () => {
    throw new AppError('unverified', 'cut')
  }
  await expect(call(first, { do: cut })).rejects.toThrow('cut')
  const { setTimeout: real } = globalThis
  const waits: number[] = []
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, wait: number) => {
    waits.push(wait)
    return real(run, wait)
  }) as never)
  vi.setSystemTime(Date.now() - ms)
  expect(await call(second)).toEqual({ answer: { id: 1 }, replayed: false })
  expect(Math.max(...waits)).toBeLessThanOrEqual(30_000)
})

it('lets the hold of a dead process end after a hold at most', async () => {
  void first.once.run(callOf(), { do: never })
  await vi.advanceTimersByTimeAsync(10)
  first.kill()
  vi.setSystemTime(Date.now() - HOUR)
  await expect(call(second)).rejects.toMatchObject({ kind: 'unavailable' })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await call(second)).toEqual({ answer: { id: 1 }, replayed: false })
})

it('reports what a dead process left, though nobody repeats it', async () => {
  void first.once.run(callOf(), { do: never })
  await vi.advanceTimersByTimeAsync(10)
  first.kill()
  vi.setSystemTime(Date.now() - HOUR)
  await vi.advanceTimersByTimeAsync(100_000)
  expect(world.drafts).toEqual(['draft'])
})

it('takes nothing from a process that is alive', async () => {
  let end = (_: { id: number }) => {}
  const running = first.once.run(callOf(), {
    do: () =>
      new Promise<{ id: number }>((resolve) => {
        end = resolve
      }),
  })
  await vi.advanceTimersByTimeAsync(10)
  vi.setSystemTime(Date.now() - HOUR)
  for (let tries = 0; tries < 5; tries++) {
    await expect(call(second)).rejects.toMatchObject({ kind: 'unavailable' })
  }
  end({ id: 7 })
  expect(await outcomeOf(running)).toEqual({ answer: { id: 7 }, replayed: false })
  expect(await call(second)).toEqual({ answer: { id: 7 }, replayed: true })
  expect(world.deals).toEqual([])
})
