import type { IncomingMessage, ServerResponse } from 'node:http'
import { languageOf } from '../console/language.ts'
import { basePath } from '../console/layout.ts'
import { frameWords } from '../console/words/frame.ts'
import type { Session } from '../people/person.ts'
import { cookie, cookieValue } from './cookies.ts'
import { newFormKey } from './csrf.ts'
import { pageOf } from './page.ts'
import type { PersonVisit, Visit } from './visit.ts'

export interface Addresses {
  /** Where readers reach this server, without a slash at the end; known once it listens. */
  publicUrl(): string
  /** The address of the browser, as far as the trusted proxies tell. */
  addressOf(incoming: IncomingMessage): string
}

/** A request with the named parts of its route's path. */
export interface Asked {
  readonly request: Request
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly params: Readonly<Record<string, string>>
}

/** The visit of a browser that nobody has signed in with. */
export function strangerVisit(around: Addresses, asked: Asked): Visit {
  const { publicUrl, cookies, ...basis } = basisOf(around, asked)
  const sent = cookieValue(publicUrl, 'form', asked.incoming.headers.cookie)
  const csrf = sent ?? newFormKey()
  const all = sent === undefined ? [...cookies, cookie(publicUrl, 'form', csrf)] : cookies
  const visit: Visit = {
    ...basis,
    publicUrl,
    session: undefined,
    token: undefined,
    csrf,
    page: (parts) => pageOf(visit, parts, all),
  }
  return visit
}

export function personVisit(
  around: Addresses,
  asked: Asked,
  { session, token }: { session: Session; token: string },
): PersonVisit {
  const { cookies, ...basis } = basisOf(around, asked)
  const { person } = session
  const name = person.name || frameWords[basis.lang].roles[person.role]
  const visit: PersonVisit = {
    ...basis,
    session: { ...session, person: { ...person, name } },
    token,
    csrf: session.csrf,
    page: (parts) => pageOf(visit, parts, cookies),
  }
  return visit
}

function basisOf(around: Addresses, asked: Asked) {
  const { request, incoming } = asked
  const publicUrl = around.publicUrl()
  const base = basePath(publicUrl)
  const url = new URL(request.url)
  const chosen = url.searchParams.get('lang')
  const kept = cookieValue(publicUrl, 'language', incoming.headers.cookie)
  const lang = languageOf(chosen ?? kept, incoming.headers['accept-language'])
  return {
    ...asked,
    url,
    lang,
    publicUrl,
    base,
    from: {
      address: around.addressOf(incoming),
      agent: incoming.headers['user-agent'] ?? '',
      browser: cookieValue(publicUrl, 'browser', incoming.headers.cookie),
    },
    form: new URLSearchParams(),
    /** A chosen language is kept, so that forms and redirects need not carry it. */
    cookies: chosen === lang ? [cookie(publicUrl, 'language', lang, YEAR)] : [],
    redirect: (path: string, more: readonly string[] = []) => redirectTo(base + path, more),
  }
}

function redirectTo(location: string, cookies: readonly string[]): Response {
  const headers = new Headers({ location, 'cache-control': 'no-store', 'referrer-policy': 'same-origin' })
  for (const value of cookies) headers.append('set-cookie', value)
  return new Response(null, { status: 303, headers })
}

const YEAR = 365 * 24 * 60 * 60
