import type { Clock } from '../kernel/clock.ts'
import type { People } from '../people/people.ts'
import type { SignedIn } from '../people/person.ts'
import { cookie, noCookie } from './cookies.ts'
import { ownPath } from './own-path.ts'
import type { Visit } from './visit.ts'

export interface EnterAround {
  readonly people: Pick<People, 'signOut'>
  readonly clock: Clock
}

/**
 * Gives the browser its new session. What it had before is ended: a token that somebody planted or still holds is
 * worth nothing afterwards. What it keeps beside the session outlives that: strangers who guess do not keep it out.
 */
export async function enter(
  { people, clock }: EnterAround,
  visit: Visit,
  { token, browser, session }: SignedIn,
): Promise<readonly string[]> {
  if (visit.token !== undefined) await people.signOut(visit.token)
  const { publicUrl } = visit
  const seconds = Math.floor((session.expiresAt - clock.now()) / 1000)
  const known = browser === undefined ? [] : [cookie(publicUrl, 'browser', browser, YEAR)]
  return [cookie(publicUrl, 'session', token, seconds), noCookie(publicUrl, 'form'), ...known]
}

const YEAR = 365 * 24 * 60 * 60

/** Where somebody goes who has signed in. */
export function placeAfter(next: string | null | undefined): string {
  return ownPath(next) ?? '/console'
}
