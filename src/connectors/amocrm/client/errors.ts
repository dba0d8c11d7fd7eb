import { AppError, type ErrorDetails, type ErrorKind } from '../../../kernel/errors.ts'
import { blockedError, isBlock } from './breaker.ts'
import type { Call } from './client.ts'
import type { Exchange, Failed } from './exchange.ts'
import { invalidValues } from './validation.ts'

type Refusal = Extract<Exchange, { kind: 'refusal' }>
type Failure = Extract<Exchange, { kind: 'failure' }>

/** What a failed call means to the caller, in our own words; what amoCRM said is in `cause`, for the log. */
export function errorOf(outcome: Failed, call: Call): AppError {
  return outcome.kind === 'refusal' ? refusalError(outcome, call) : failureError(outcome, call)
}

/** The HTTP status behind an error of this client, where there was one. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof AppError) || typeof error.cause !== 'object' || error.cause === null)
    return undefined
  return 'status' in error.cause && typeof error.cause.status === 'number' ? error.cause.status : undefined
}

const NEW_TOKEN =
  'The token has expired or was revoked, or the integration was switched off: make a new long-lived token in amoCRM (Settings → Integrations → the integration → Keys and scopes) and set AMOCRM_ACCESS_TOKEN to it.'
const ADDRESS = "Check the account's address (AMOCRM_SUBDOMAIN or AMOCRM_BASE_URL): was the account renamed?"
const LATER = 'Try again in a minute; if it goes on, see whether amoCRM opens in a browser.'

/** Each status whose meaning does not depend on its body or on the method. */
const MEANINGS: Record<number, readonly [ErrorKind, string, string]> = {
  401: ['not_linked', 'amoCRM did not accept the access token.', NEW_TOKEN],
  402: [
    'upstream_rejected',
    'The amoCRM account is not paid, or its plan does not include this.',
    'Ask the owner to look at Settings → Billing in amoCRM.',
  ],
  403: [
    'upstream_rejected',
    'The amoCRM user behind this connection has no right to do this.',
    "Ask an administrator to widen the user's rights, or link the account with an administrator's token.",
  ],
  405: ['upstream_rejected', 'This amoCRM account does not offer this.', 'Do it in amoCRM itself.'],
  422: [
    'upstream_rejected',
    'amoCRM cannot do this in the present state of the account or the card.',
    'See whether the feature is switched on in amoCRM, and whether the card still exists.',
  ],
  425: [
    'upstream_rejected',
    'Customers are not available in this amoCRM account.',
    'Work with leads instead.',
  ],
  426: [
    'upstream_rejected',
    'Customers are switched off in this amoCRM account.',
    'Ask an administrator to switch them on, or work with leads instead.',
  ],
}

function refusalError(refusal: Refusal, call: Call): AppError {
  const { status, snippet } = refusal
  const cause = { status, snippet }
  // Not under `status`: a block is not the missing right that 403 means elsewhere.
  if (isBlock(refusal)) return blockedError({ blocked: status, snippet })
  if (status === 400) {
    return new AppError(
      'invalid_input',
      `amoCRM did not accept the request${invalidValues(refusal.problem)}.`,
      {
        hint: 'Correct the named values and call again; nothing was changed.',
        cause,
      },
    )
  }
  if (status === 404) {
    if (refusal.isHtml) {
      return new AppError('not_linked', 'There is no amoCRM account at this address.', {
        hint: ADDRESS,
        cause,
      })
    }
    return new AppError('not_found', 'amoCRM has no such record.', {
      hint: 'Search for it again: it may have been deleted or merged.',
      cause,
    })
  }
  if (status === 429) {
    const retryAfterSeconds = refusal.retryAfterSeconds ?? 10
    return new AppError('rate_limited', 'amoCRM is refusing calls because there were too many.', {
      hint: `Nothing was changed by this call. Wait ${retryAfterSeconds} seconds; other integrations of the account share the limit.`,
      retryAfterSeconds,
      cause,
    })
  }
  const [kind, message, hint] = MEANINGS[status] ?? []
  if (kind && message) return new AppError(kind, message, { ...(hint && { hint }), cause })
  if (status < 500) {
    return new AppError('upstream_rejected', 'amoCRM refused the request.', {
      hint: 'Check what was asked; the same call will be refused again.',
      cause,
    })
  }
  return broken('amoCRM is out of order at the moment.', call, { hint: LATER, cause })
}

function failureError({ reason, code }: Failure, call: Call): AppError {
  const cause = { reason, code }
  switch (reason) {
    case 'unreachable':
      return new AppError('upstream_failed', 'amoCRM could not be reached; nothing was sent.', {
        hint: `${ADDRESS} ${LATER}`,
        cause,
      })
    case 'redirected':
      return new AppError('upstream_failed', 'The amoCRM account has moved to another address.', {
        hint: ADDRESS,
        cause,
      })
    case 'timeout':
      return broken('amoCRM did not answer in time.', call, { hint: LATER, cause })
    case 'cut':
      return broken('The connection to amoCRM broke.', call, { hint: LATER, cause })
    case 'cancelled':
      return broken('The call to amoCRM was cancelled.', call, { cause })
    case 'too_big':
      return broken("amoCRM's answer was too large.", call, { hint: 'Ask for fewer records at once.', cause })
    case 'unreadable':
      return broken("amoCRM's answer could not be read.", call, { hint: LATER, cause })
  }
}

/** A failure that says nothing about whether a change was made, so the error says that instead. */
export function broken(message: string, { method }: Pick<Call, 'method'>, details: ErrorDetails): AppError {
  if (method === 'GET') return new AppError('upstream_failed', message, details)
  return new AppError('unverified', `${message} The change may or may not have been made.`, {
    ...details,
    hint: 'To find out, repeat the call unchanged: what it made is looked for before anything is made again. Changed, or with another idempotency_key, it may do the same thing twice.',
  })
}
