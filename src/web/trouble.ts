import { troubleMain, troubleTitle } from '../console/pages/trouble-page.ts'
import type { Log } from '../kernel/log.ts'
import { failureOf } from '../kernel/outcome.ts'
import { ownPath } from './own-path.ts'
import { reasonOf } from './reason.ts'
import type { Visit } from './visit.ts'

export interface TroubleAround {
  readonly log: Log
}

const STATUS: Partial<Record<string, number>> = {
  invalid_input: 400,
  not_allowed: 403,
  not_found: 404,
  not_linked: 409,
  needs_confirmation: 409,
  unverified: 409,
  upstream_rejected: 422,
  rate_limited: 429,
  upstream_failed: 502,
  unavailable: 503,
}

const STATUS_OF_REASON: Partial<Record<string, number>> = { not_a_form: 415, form_too_large: 413 }

/** What a page cannot explain better itself: our own words for the kind of failure; a bug goes to the log. */
export function troublePage({ log }: TroubleAround, visit: Visit, error: unknown): Promise<Response> {
  const { kind, retry_after_seconds, incident } = failureOf(error, (incident, error) =>
    log.error({ incident, err: error, path: pathOf(visit) }, 'console failed'),
  )
  const reason = reasonOf(error)
  const trouble = { kind, reason, incident, base: visit.base, again: cameFrom(visit) }
  return visit.page({
    title: troubleTitle(visit.lang, trouble),
    main: troubleMain(visit.lang, trouble),
    status: STATUS_OF_REASON[reason ?? ''] ?? STATUS[kind] ?? 500,
    ...(kind === 'rate_limited' && { retryAfterSeconds: retry_after_seconds ?? 60 }),
    ...(kind === 'unavailable' && { retryAfterSeconds: retry_after_seconds ?? 5 }),
  })
}

/** The key of a link is a secret, and it is the last part of a path. */
function pathOf({ url, params }: Visit): string {
  return Object.values(params).reduce((path, value) => path.replace(value, '…'), url.pathname)
}

/** The page of ours that the form was on. */
function cameFrom({ request, publicUrl }: Visit): string | undefined {
  const referer = request.headers.get('referer') ?? ''
  return referer.startsWith(`${publicUrl}/`) ? ownPath(referer.slice(publicUrl.length)) : undefined
}
