import type { Log } from '../kernel/log.ts'
import type { CallRate } from '../kernel/rate.ts'
import { createFallback } from './fallback.ts'
import { createOwnCallRate } from './own-call-rate.ts'

/** What all replicas count together; without `shared`, and while the store fails, this process counts alone. */
export function createRate(around: {
  readonly shared: CallRate | undefined
  /** What is counted, for the log. */
  readonly what: string
  /** The longest time that a limit takes to empty; a minute unless told. */
  readonly longestMs?: number
  readonly log: Log
}): CallRate {
  const { shared, what, longestMs, log } = around
  const now = () => performance.now()
  const own = createOwnCallRate(now, longestMs)
  if (shared === undefined) return own
  const fallback = createFallback({ what, log, now })
  return {
    take: (name, steps) =>
      fallback.run(
        async () => shared.take(name, steps),
        () => own.take(name, steps),
      ),
  }
}
