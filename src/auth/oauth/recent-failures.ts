import type { Clock } from '../../kernel/clock.ts'

/** What failed a moment ago, by name: it is not tried again at once. */
interface RecentFailures {
  find(name: string): Error | undefined
  keep(name: string, error: Error): void
}

const KEPT_MS = 60_000
/** The names are chosen by strangers. */
const MOST = 500

export function createRecentFailures(clock: Clock): RecentFailures {
  const failures = new Map<string, { readonly error: Error; readonly until: number }>()
  return {
    find(name) {
      const failure = failures.get(name)
      if (failure === undefined || failure.until > clock.now()) return failure?.error
      failures.delete(name)
      return undefined
    },
    keep(name, error) {
      const [oldest] = failures.keys()
      if (failures.size >= MOST && oldest !== undefined) failures.delete(oldest)
      failures.set(name, { error, until: clock.now() + KEPT_MS })
    },
  }
}
