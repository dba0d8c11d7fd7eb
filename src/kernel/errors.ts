/** Every failure the product can explain. The edges (`mcp/`, `http/`) translate it exhaustively; anything else is a bug. */
export type ErrorKind =
  | 'invalid_input'
  | 'not_found'
  | 'not_allowed'
  | 'needs_confirmation'
  | 'not_linked'
  | 'rate_limited'
  | 'upstream_rejected'
  | 'upstream_failed'
  /** A change that may or may not have been made: to be looked at before it is repeated. */
  | 'unverified'
  /** This server cannot do its own part for the moment; nothing was done, and the same call may be made again. */
  | 'unavailable'

export interface ErrorDetails {
  /** What to do next, in one imperative sentence. */
  readonly hint?: string
  readonly retryAfterSeconds?: number
  /** Names the caller may have meant, best first; at most five are shown. */
  readonly candidates?: readonly string[]
  /** For the log only: never shown outside. */
  readonly cause?: unknown
}

/** Thrown by tools and clients. `message` and `hint` are our own words; text from an upstream goes in `cause`. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly kind: ErrorKind
  readonly hint: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly candidates: readonly string[]

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.kind = kind
    this.hint = details.hint
    this.retryAfterSeconds = details.retryAfterSeconds
    this.candidates = details.candidates ?? []
  }
}
