import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createHealth, type HealthKeeper } from './health.ts'

let lines: string[]
let health: HealthKeeper
beforeEach(() => {
  vi.useFakeTimers()
  lines = []
  const write = (fields: object, event: string) =>
    lines.push(`${event} ${'reason' in fields ? fields.reason : ''}`)
  health = createHealth({ now: Date.now }, { info: write, warn: write, error: write })
})
afterEach(() => void vi.useRealTimers())

const lost = { reason: 'unreachable', code: 'X' } as const

it('tells an outage once, a further reason of it once, and its end', () => {
  for (let count = 0; count < 10; count++) {
    health.failed(lost)
    health.failed({ reason: 'read_only', code: 'Y' })
  }
  health.worked()
  expect(lines).toEqual([
    'store failing unreachable',
    'store failing read_only',
    'store works again read_only',
  ])
})

it('does not tell each of many short outages', () => {
  for (let count = 0; count < 50; count++) {
    health.failed(lost)
    vi.advanceTimersByTime(20)
    health.worked()
  }
  expect(health.now()).toEqual({ state: 'ok' })
  expect(lines).toEqual(['store failing unreachable', 'store works again unreachable'])
})

it('tells one that follows soon and lasts', () => {
  health.failed(lost)
  health.worked()
  health.failed(lost)
  expect(lines).toHaveLength(2)
  vi.advanceTimersByTime(2_000)
  expect(lines.slice(2)).toEqual(['store failing unreachable'])
  health.worked()
  expect(lines.slice(3)).toEqual(['store works again unreachable'])
})

it('does not take those who wait for what is lost for the reason', () => {
  health.failed(lost)
  health.failed({ reason: 'busy', code: 'Y' })
  expect(health.now()).toMatchObject({ reason: 'unreachable' })
})
