import { type Caller, callerKey } from '../kernel/caller.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { CallRate } from '../kernel/rate.ts'
import type { Access } from '../kernel/tool.ts'
import { stepsOf } from './call-rate.ts'
import { createRate } from './rate.ts'
import type { CallsPerMinute } from './read-call-limits.ts'

export interface CallLimits {
  /**
   * Counts one call; in one process at once, else after one round trip.
   * @throws AppError `rate_limited` when the caller has used up this minute's calls of the class
   */
  take(caller: Caller, access: Access): void | Promise<void>
}

interface Settings {
  readonly perMinute: CallsPerMinute
  /** What all replicas count together; without it this process counts alone. */
  readonly shared?: CallRate | undefined
  readonly log: Log
}

/** How often one caller may use the tools of each access class. While the store fails each replica counts alone. */
export function createCallLimits({ perMinute, shared, log }: Settings): CallLimits {
  const rate = createRate({ shared, what: 'calls of a caller', log })

  return {
    take(caller, access) {
      const limit = perMinute[access]
      if (limit === 0) return undefined
      const refuseAfter = (waitMs: number) => {
        if (waitMs > 0) throw usedUp(access, limit, waitMs)
      }
      const waitMs = rate.take(`${access} ${callerKey(caller)}`, stepsOf(limit))
      return typeof waitMs === 'number' ? refuseAfter(waitMs) : waitMs.then(refuseAfter)
    },
  }
}

function usedUp(access: Access, limit: number, waitMs: number): AppError {
  const retryAfterSeconds = Math.ceil(waitMs / 1000)
  return new AppError('rate_limited', `This connection has used up its ${limit} ${access} calls a minute.`, {
    hint: `Try again in ${retryAfterSeconds} seconds, and make fewer calls that each do more.`,
    retryAfterSeconds,
  })
}
