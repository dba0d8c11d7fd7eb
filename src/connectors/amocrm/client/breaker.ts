import type { Clock } from '../../../kernel/clock.ts'
import { AppError } from '../../../kernel/errors.ts'
import type { Exchange } from './exchange.ts'

/** Knocking on a blocked account only prolongs the block. */
const PAUSE_MS = 10 * 60_000

export interface Breaker {
  /** Just before a call is sent: throws while the account is blocked; after the pause lets one call through to look. */
  enter(): void
  /** What became of a call that was let through. */
  report(outcome: Exchange): void
}

/**
 * After repeated 429 amoCRM blocks the API of the whole account: every call answers 403 with a page of its
 * gateway, not with JSON, until its support lifts the block.
 */
export function createBreaker(clock: Clock): Breaker {
  let blockedUntil: number | undefined
  let probing = false

  return {
    enter: () => {
      if (blockedUntil === undefined) return
      const wait = blockedUntil - clock.now()
      if (wait > 0 || probing) throw blockedError(undefined, wait)
      probing = true
    },
    report: (outcome) => {
      if (isBlock(outcome)) {
        blockedUntil = clock.now() + PAUSE_MS
      } else if (probing && outcome.kind !== 'failure') {
        blockedUntil = undefined
      }
      probing = false
    },
  }
}

/** A page of the gateway; a missing right answers 403 with JSON. */
export function isBlock(outcome: Exchange): boolean {
  return outcome.kind === 'refusal' && outcome.status === 403 && outcome.isHtml
}

export function blockedError(cause: unknown, waitMs = PAUSE_MS): AppError {
  const minutes = Math.max(1, Math.ceil(waitMs / 60_000))
  return new AppError('upstream_rejected', 'amoCRM has blocked API access to this account.', {
    hint: `amoCRM does this after too many requests, often by another integration or widget. Only its support lifts the block: write to them from the account and ask for it. Do not repeat the call; Mostik sends nothing for ${minutes} min and then looks again.`,
    retryAfterSeconds: minutes * 60,
    cause,
  })
}
