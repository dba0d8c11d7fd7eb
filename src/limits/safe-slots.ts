import type { Log } from '../kernel/log.ts'
import { createFallback } from './fallback.ts'
import { createOwnSlots } from './own-slots.ts'
import type { Slots } from './slots.ts'

/** Beyond this it is another trouble that slows everything down. */
const SLOWEST = 32

/**
 * The shared slots, and this process's own at half the rate while the store fails: slowness is better than a blocked
 * account. How many replicas go on their own is not known then, so each refusal for too many calls halves it again.
 */
export function createSafeSlots(shared: Slots, around: { log: Log; now: () => number }): Slots {
  const own = createOwnSlots(around.now)
  const fallback = createFallback({ ...around, what: 'calls to an upstream' })
  let slower = 2

  return {
    reserve(ask) {
      if (!fallback.isActive) slower = 2
      return fallback.run(
        () => shared.reserve(ask),
        () => own.reserve({ ...ask, spacingMs: ask.spacingMs * slower }),
      )
    },
    async hold(name, ms) {
      if (fallback.isActive) slower = Math.min(slower * 2, SLOWEST)
      await own.hold(name, ms)
      await fallback.run(
        () => shared.hold(name, ms),
        async () => {},
      )
    },
  }
}
