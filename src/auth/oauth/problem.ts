import { AppError } from '../../kernel/errors.ts'

/** Why an authorization cannot go on, for a page. */
export interface Problem {
  readonly status: number
  readonly reason: ProblemReason
  /** The OAuth error code, for the person to quote. */
  readonly error: string
  /** In our words, or the library's: of no secret, but not for markup. */
  readonly description: string
  /** The host that it is about: of a client's document. */
  readonly host: string | undefined
  readonly retryAfterSeconds: number | undefined
}

type ProblemReason =
  /** The link is of a client that is not known here, or not any more. */
  | 'client_unknown'
  /** The owner may add its host to ALLOWED_CLIENTS. */
  | 'client_not_allowed'
  | 'client_document_failed'
  /** The answer would go to an address that the client has not named. */
  | 'redirect_refused'
  /** The authorization was answered already, took too long, or began in another browser. */
  | 'interaction_over'
  | 'too_many_requests'
  | 'unavailable'
  | 'bad_request'
  | 'failed'

interface Refused {
  readonly status: number
  readonly error: string
  readonly error_description?: string | undefined
}

/** @param cause what was thrown, with the reason somewhere in its chain of causes */
export function problemOf({ status, error, error_description = '' }: Refused, cause: unknown): Problem {
  const own = ownErrorIn(cause)
  const told = toldBy(own)
  return {
    status: own === undefined ? status : (STATUS[own.kind] ?? status),
    reason: told.reason ?? reasonOf(own, error, cause),
    error,
    description: own?.message ?? error_description,
    host: told.host,
    retryAfterSeconds: own?.retryAfterSeconds,
  }
}

/** The error of ours that is at the bottom of another one. */
export function ownErrorIn(error: unknown): AppError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof AppError) return at
  }
  return undefined
}

const STATUS: Partial<Record<AppError['kind'], number>> = {
  not_allowed: 403,
  not_found: 404,
  rate_limited: 429,
  upstream_failed: 502,
  unavailable: 503,
}

/** Errors of other folders have reasons of their own, which say nothing here. */
const TOLD: readonly ProblemReason[] = ['client_not_allowed', 'client_document_failed', 'too_many_requests']

function toldBy(own: AppError | undefined): { reason: ProblemReason | undefined; host: string | undefined } {
  const cause: { reason?: unknown; host?: string } = own?.cause ?? {}
  return { host: cause.host, reason: TOLD.find((reason) => reason === cause.reason) }
}

function reasonOf(own: AppError | undefined, error: string, cause: unknown): ProblemReason {
  if (own?.kind === 'unavailable') return 'unavailable'
  if (cause instanceof Error && cause.name === 'SessionNotFound') return 'interaction_over'
  return REASONS[error] ?? 'bad_request'
}

const REASONS: Partial<Record<string, ProblemReason>> = {
  invalid_client: 'client_unknown',
  invalid_redirect_uri: 'redirect_refused',
  server_error: 'failed',
}
