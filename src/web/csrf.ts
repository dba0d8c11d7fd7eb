import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { AppError } from '../kernel/errors.ts'

/** For the cookie of a browser that nobody has signed in with: 256 bits. */
export function newFormKey(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * Stops forms that another site makes a browser send: the field must hold what only our own pages know. Browsers also
 * say where a request comes from (Fetch Metadata), which needs no token and catches even a leaked one.
 */
export function checkForm(
  incoming: IncomingMessage,
  expected: string | undefined,
  sent: string | null,
): void {
  const site = incoming.headers['sec-fetch-site']
  const isForeign = site === 'cross-site' || site === 'same-site'
  if (!isForeign && expected !== undefined && isEqual(expected, sent ?? '')) return
  throw new AppError('not_allowed', 'The form does not come from a page of this session.', {
    hint: 'Open the page again and repeat.',
    cause: { reason: 'stale_form' },
  })
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
