import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { createKeeper, type Keeper } from './keeper.ts'

const DOWN = new AppError('unavailable', 'down')

let isDown: boolean
let written: number[]
let tries: number
let lines: string[]
let keeper: Keeper

beforeEach(() => {
  vi.useFakeTimers()
  isDown = true
  written = []
  tries = 0
  lines = []
  const note = (level: string) => (fields: object, text?: string) => {
    lines.push(`${level} ${JSON.stringify(fields)} ${text}`)
  }
  keeper = createKeeper({ info: note('info'), warn: note('warn'), error: note('error') } as unknown as Log)
})
afterEach(() => {
  vi.useRealTimers()
})

const write = (number: number) => async () => {
  tries += 1
  if (isDown) throw DOWN
  written.push(number)
}

async function keepMany(from: number, to: number): Promise<Promise<void>[]> {
  const kept: Promise<void>[] = []
  for (let number = from; number < to; number++) kept.push((await keeper.keep(write(number))).stored)
  return kept
}

it('stores in order what waited while the store was failing, and tells of the outage once', async () => {
  const kept = await keepMany(0, 1_800)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(written).toEqual([])
  isDown = false
  await vi.advanceTimersByTimeAsync(10_000)
  await Promise.all(kept)
  expect(written).toEqual(Array.from({ length: 1_800 }, (_, number) => number))
  expect(lines).toEqual(['warn {"kind":"unavailable"} outcomes of calls are stored later'])
})

it('asks a store that fails a few times a minute, however much waits', async () => {
  await keepMany(0, 1_800)
  await vi.advanceTimersByTimeAsync(60_000)
  const before = tries
  expect(vi.getTimerCount()).toBeLessThanOrEqual(2)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(tries - before).toBeLessThanOrEqual(100)
})

it('gives up the oldest of too many, and says once a minute how many', async () => {
  const kept = await keepMany(0, 2_500)
  await kept[499]
  await vi.advanceTimersByTimeAsync(60_000)
  expect(lines.slice(1)).toEqual(['error {"calls":500} outcomes of calls not stored'])
  isDown = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(written).toEqual(Array.from({ length: 2_000 }, (_, number) => number + 500))
})

it('gives up after ten minutes, with one line for all', async () => {
  const kept = await keepMany(0, 1_800)
  await vi.advanceTimersByTimeAsync(11 * 60_000)
  await Promise.all(kept)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(lines.slice(1)).toEqual(['error {"calls":1800} outcomes of calls not stored'])
  expect(vi.getTimerCount()).toBe(0)
})

it('tells of the next outage again', async () => {
  await keepMany(0, 1)
  isDown = false
  await vi.advanceTimersByTimeAsync(1_000)
  isDown = true
  await keepMany(1, 2)
  expect(lines).toHaveLength(2)
})

it('tries a last time when it is closed, and keeps nothing afterwards', async () => {
  await keepMany(0, 20)
  isDown = false
  await keeper.close()
  expect(written).toHaveLength(20)
  isDown = true
  await (await keeper.keep(write(20))).stored
  expect(vi.getTimerCount()).toBe(0)
})

it('says how many are left when it is closed while the store fails', async () => {
  await keepMany(0, 20)
  await keeper.close()
  expect(lines.slice(1)).toEqual(['error {"calls":20} outcomes of calls not stored'])
})

it('does not hold the others up with a write that is a bug', async () => {
  const bug = async () => {
    throw new TypeError('bug')
  }
  await keeper.keep(bug)
  await keepMany(0, 3)
  isDown = false
  await vi.advanceTimersByTimeAsync(1_000)
  expect(written).toEqual([0, 1, 2])
  expect(lines[0]).toMatch(/^error .* bug$/)
})
