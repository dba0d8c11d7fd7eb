import type { Steps } from '../kernel/rate.ts'

/** The steps of a limit of so many a minute. */
export function stepsOf(perMinute: number): Steps {
  const step = Math.ceil(60_000_000 / perMinute)
  return { step, room: step * (perMinute - 1) }
}
