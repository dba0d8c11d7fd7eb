import type { Refused } from '../console/refusal-text.ts'
import { AppError } from '../kernel/errors.ts'
import { reasonOf } from './reason.ts'

/** How a page says that it was not done: what it shows, and the status that goes with it. */
interface Refusal extends Refused {
  readonly status: number
}

/**
 * A failure that the page itself explains, beside the form that it is about. Everything else is thrown on: that the
 * store is away, or a bug.
 */
export function refusedBy(error: unknown): Refusal {
  const reason = reasonOf(error)
  if (!(error instanceof AppError) || reason === undefined) throw error
  const { kind, retryAfterSeconds } = error
  if (kind === 'rate_limited') return { reason, status: 429, retryAfterSeconds: retryAfterSeconds ?? 60 }
  if (kind === 'invalid_input') return { reason, status: 400 }
  if (kind === 'not_found') return { reason, status: 404 }
  if (kind === 'not_allowed') return { reason, status: 403 }
  throw error
}

/** The parts of a page that a refusal sets. */
export function partsOf({ status, retryAfterSeconds }: Refusal) {
  return { status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
}
