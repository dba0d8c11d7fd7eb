import type { CallRate } from '../kernel/rate.ts'

/** Two generations are a few megabytes. When more callers than this come in one, the silent are forgotten sooner. */
const GENERATION_CALLERS = 25_000

/**
 * The limits of one process, of those who have called lately. `longestMs`: no limit takes longer to empty, so a caller
 * who has been silent for so long has used nothing.
 */
export function createOwnCallRate(now: () => number, longestMs = 60_000): CallRate {
  /** When each name's limit is whole again, in microseconds. */
  let young = new Map<string, number>()
  let old = young
  let bornAt = now()

  function forgetTheSilent(): void {
    if (now() - bornAt < longestMs && young.size < GENERATION_CALLERS) return
    old = young
    young = new Map()
    bornAt = now()
  }

  return {
    take(name, { step, room }) {
      forgetTheSilent()
      const at = Math.round(now() * 1000)
      const whole = Math.max(young.get(name) ?? old.get(name) ?? 0, at)
      const wait = whole - at - room
      young.set(name, wait > 0 ? whole : whole + step)
      return Math.max(0, wait / 1000)
    },
  }
}
