import type { Failure } from '../kernel/outcome.ts'

/** What the REST face answers instead of a result; `unauthorized` comes from the gate, before any call. */
export interface Problem {
  readonly error: Failure['kind'] | 'unauthorized'
  readonly message: string
  readonly hint?: string
  readonly retry_after_seconds?: number
  readonly candidates?: readonly string[]
  /** Joins the answer with the log line of a bug; only with `internal`. */
  readonly incident?: string
}

export interface ProblemReply {
  readonly status: number
  readonly body: Problem
  /** The value of the `Retry-After` header: whole seconds, at least 1. */
  readonly retryAfterSeconds?: number
}

/**
 * A failure as an HTTP answer. It takes a `Failure` and no thrown value: `failed` in the kernel has by then decided
 * what may be shown, and has written a bug to the log under its incident id.
 */
export function problemOf({ kind, retry_after_seconds, ...words }: Failure): ProblemReply {
  const seconds = retryAfterOf(kind, retry_after_seconds)
  const body: Problem = {
    error: kind,
    ...words,
    ...(seconds !== undefined && { retry_after_seconds: seconds }),
  }
  return { status: statusOf(kind), body, ...(seconds !== undefined && { retryAfterSeconds: seconds }) }
}

function statusOf(kind: Failure['kind']): number {
  switch (kind) {
    case 'invalid_input':
      return 400
    case 'not_allowed':
      return 403
    case 'not_found':
      return 404
    case 'needs_confirmation':
    case 'not_linked':
    case 'unverified':
      return 409
    case 'upstream_rejected':
      return 422
    case 'rate_limited':
      return 429
    // No standard status: nobody is there to read it, and logs of proxies know this one.
    case 'cancelled':
      return 499
    case 'internal':
      return 500
    case 'upstream_failed':
      return 502
    case 'unavailable':
      return 503
    default:
      return kind satisfies never
  }
}

/** RFC 9110 §10.2.3 knows whole seconds only. A 429 that says nothing makes clients retry at once, so it always says something. */
function retryAfterOf(kind: Failure['kind'], seconds: number | undefined): number | undefined {
  if (seconds !== undefined) return Math.max(1, Math.ceil(seconds))
  if (kind === 'unavailable') return 5
  return kind === 'rate_limited' ? 60 : undefined
}
