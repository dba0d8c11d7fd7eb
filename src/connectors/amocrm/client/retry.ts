import { setTimeout as delay } from 'node:timers/promises'
import type { Call } from './client.ts'
import type { Failed } from './exchange.ts'

/** 429 was not applied, so even a write may be repeated; amoCRM documents no Retry-After, but it is honoured. */
const BUSY_PAUSES_MS = [1000, 2000, 4000]
const FAULT_PAUSES_MS = [300, 1000]
const LONGEST_PAUSE_MS = 10_000

interface Attempt {
  readonly method: Call['method']
  readonly outcome: Failed
  /** Which try has just failed, from 1. */
  readonly tries: number
}

/**
 * How long to wait before the same call goes again, in milliseconds; undefined when it must not.
 * A write that may have reached amoCRM is never repeated: it would create the deal twice.
 */
export function pauseBeforeRetry(
  { method, outcome, tries }: Attempt,
  random = Math.random,
): number | undefined {
  if (outcome.kind === 'refusal' && outcome.status === 429) {
    const base = BUSY_PAUSES_MS[tries - 1]
    const told = outcome.retryAfterSeconds
    if (base === undefined || (told ?? 0) * 1000 > LONGEST_PAUSE_MS) return undefined
    return told === undefined ? jittered(base, random) : told * 1000
  }
  const base = FAULT_PAUSES_MS[tries - 1]
  if (method !== 'GET' || base === undefined || !isPassing(outcome)) return undefined
  return jittered(base, random)
}

/** Waits; a cancelled wait throws the signal's reason. */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted())
}

/** A fault that may be gone in a second. A time-out is not one: the person has waited long enough already. */
function isPassing(outcome: Failed): boolean {
  if (outcome.kind === 'refusal') return outcome.status >= 500
  return outcome.reason === 'unreachable' || outcome.reason === 'cut'
}

/** From the base to half as long again, so that callers that failed together do not come back together. */
function jittered(base: number, random: () => number): number {
  return base * (1 + random() / 2)
}
