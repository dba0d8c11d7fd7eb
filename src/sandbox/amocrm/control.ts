import type { Refusal } from './faults.ts'
import type { FilterMode } from './state.ts'
import { type Item, isItem } from './validation.ts'
import type { World } from './world.ts'

/**
 * The control interface: `GET` tells the state, `POST` with any of these keys changes it and tells the state after.
 *
 * | key | value |
 * |---|---|
 * | `reset` | `true`: the seed again, every switch back (applied first) |
 * | `filterMode` | `none`, `basic` or `full` |
 * | `quota` | requests per second; also lifts a block |
 * | `fail` | `{status, count}` with an HTTP status, `unpaid`, `disabled` or `blocked`; `{cut: 'before'|'after', count}` for writes; `null` stops failing |
 * | `latencyMs` | wait before every answer |
 * | `usersForbidden` | `/users` answers 403 |
 * | `clock` | `{now}` (Unix seconds or ISO text) stops it there, `{advanceSeconds}` moves it |
 */
export function controlWorld(world: World, body: unknown): { status: number; body: object } {
  if (!isItem(body)) return refuse('a JSON object is expected')
  const steps = Object.entries(body).map(([key, value]) => ({ key, apply: stepOf(world, key, value) }))
  const wrong = steps.find(({ apply }) => apply === undefined)
  if (wrong) return refuse(`"${wrong.key}" is not a switch, or cannot have this value`)
  steps.sort((a, b) => Number(b.key === 'reset') - Number(a.key === 'reset'))
  for (const { apply } of steps) apply?.()
  return { status: 200, body: summaryOf(world) }
}

export function summaryOf(world: World): object {
  const { account, quota, faults, latencyMs, usersForbidden, requests } = world
  const sizes = [
    'leads',
    'contacts',
    'companies',
    'tasks',
    'notes',
    'events',
    'users',
    'pipelines',
    'fields',
  ] as const
  return {
    now: world.time.now(),
    filterMode: account.filterMode,
    quota: quota.perSecond,
    blocked: quota.blocked,
    fail: faults,
    latencyMs,
    usersForbidden,
    requests,
    records: Object.fromEntries(sizes.map((name) => [name, account[name].size])),
  }
}

const refuse = (error: string) => ({ status: 400, body: { error } })

/** What the key does, or nothing when it cannot. */
function stepOf(world: World, key: string, value: unknown): (() => void) | undefined {
  switch (key) {
    case 'reset':
      return value === true ? () => world.reset() : undefined
    case 'filterMode':
      return isMode(value) ? () => assign(world.account, { filterMode: value }) : undefined
    case 'quota':
      return isCount(value) ? () => setQuota(world, value) : undefined
    case 'latencyMs':
      return isCount(value) && value <= 60_000 ? () => assign(world, { latencyMs: value }) : undefined
    case 'usersForbidden':
      return typeof value === 'boolean' ? () => assign(world, { usersForbidden: value }) : undefined
    case 'clock':
      return isItem(value) ? clockStep(world, value) : undefined
    case 'fail':
      return failStep(world, value)
    default:
      return undefined
  }
}

function setQuota({ quota }: World, perSecond: number): void {
  quota.perSecond = perSecond
  quota.reset()
}

function clockStep({ time }: World, { now, advanceSeconds }: Item): (() => void) | undefined {
  const stopped = typeof now === 'string' ? Math.floor(Date.parse(now) / 1000) : now
  if (Number.isSafeInteger(stopped)) return () => time.stopAt(Number(stopped))
  return Number.isSafeInteger(advanceSeconds) ? () => time.advance(Number(advanceSeconds)) : undefined
}

function failStep({ faults }: World, value: unknown): (() => void) | undefined {
  if (value === null) return () => assign(faults, { refuse: undefined, cut: undefined })
  if (!isItem(value)) return undefined
  const { status, cut, count = 1 } = value
  if (!isCount(count) || count === 0) return undefined
  if (isRefusal(status)) return () => assign(faults, { refuse: { kind: status, left: count } })
  if (cut === 'before' || cut === 'after') return () => assign(faults, { cut: { when: cut, left: count } })
  return undefined
}

function assign<T extends object>(target: T, changes: Partial<T>): void {
  Object.assign(target, changes)
}

const isMode = (value: unknown): value is FilterMode =>
  value === 'none' || value === 'basic' || value === 'full'

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

function isRefusal(value: unknown): value is Refusal {
  if (value === 'unpaid' || value === 'disabled' || value === 'blocked') return true
  return Number.isSafeInteger(value) && Number(value) >= 400 && Number(value) <= 599
}
