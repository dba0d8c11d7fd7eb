import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createHealth, type HealthKeeper } from './health.ts'
import { openSqliteMemory } from './sqlite/engine.ts'

let lines: string[]
let setBack: number
let health: HealthKeeper
beforeEach(() => {
  vi.useFakeTimers()
  lines = []
  setBack = 0
  const write = (fields: object, event: string) =>
    lines.push(`${event} ${'reason' in fields ? fields.reason : ''}`)
  health = createHealth({ now: () => Date.now() - setBack }, { info: write, warn: write, error: write })
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

it('finds the end of an outage also after the clock was set back', async () => {
  const engine = openSqliteMemory(health)
  await engine.transaction('schema', (run) => run('create table meta (key text primary key, value text)'))
  await health.check(engine)
  health.failed(lost)
  setBack = 3_600_000
  vi.advanceTimersByTime(1_000)
  expect(await health.check(engine)).toEqual({ state: 'ok' })
  await engine.close()
})

it('tells the next outage at once, and no outage that took less than no time, after the clock was set back', () => {
  const fields: object[] = []
  const note = (given: object) => fields.push(given)
  health = createHealth({ now: () => Date.now() - setBack }, { info: note, warn: note, error: note })
  health.failed(lost)
  setBack = 3_600_000
  vi.advanceTimersByTime(20_000)
  health.worked()
  vi.advanceTimersByTime(20_000)
  setBack = 7_200_000
  health.failed(lost)
  expect(fields.slice(1)).toEqual([{ reason: 'unreachable', ms: 20_000 }, lost])
})
