import type { Seen } from './once-store.ts'

/**
 * What a call does that finds another one under its id: `forget` it, since its time is over · `refuse`, since it is another call · `replay` its answer ·
 * `wait` for whoever makes it · `claim` it, since whoever made it was cut off.
 */
export type Step = 'forget' | 'refuse' | 'replay' | 'wait' | 'claim'

export function nextStep(seen: Seen, digest: string): Step {
  const isHeld = seen.state === 'running' && seen.aliveUntil > seen.now
  if (!isHeld && seen.expiresAt <= seen.now) return 'forget'
  if (seen.digest !== digest) return 'refuse'
  if (seen.state === 'done') return 'replay'
  return isHeld ? 'wait' : 'claim'
}
