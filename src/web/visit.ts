import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Asset } from '../console/assets.ts'
import type { Language } from '../console/language.ts'
import type { Html } from '../console/prose.ts'
import type { From, Session } from '../people/person.ts'

/** One request of a browser, with what every page needs to answer it. */
export interface Visit {
  readonly request: Request
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** The named parts of the route's path. */
  readonly params: Readonly<Record<string, string>>
  /** As this server sees it: below the path that a proxy may serve it at. */
  readonly url: URL
  readonly lang: Language
  /** Where readers reach this server, without a slash at the end. */
  readonly publicUrl: string
  /** What stands before every path of this server in a link: empty, or `/crm`. */
  readonly base: string
  readonly from: From
  readonly session: Session | undefined
  /** Of the session. */
  readonly token: string | undefined
  /** Goes into every form as the hidden field `_csrf`: the session's, or that of a browser nobody has signed in with. */
  readonly csrf: string
  /** The fields of a POST, whose `_csrf` has been checked; empty for a GET. */
  readonly form: URLSearchParams
  page(parts: PageParts): Promise<Response>
  /** 303 to a path of this server, such as `/console/profile?done=1`. `cookies` are finished `Set-Cookie` values. */
  redirect(path: string, cookies?: readonly string[]): Response
}

/** A visit of somebody who is signed in. */
export interface PersonVisit extends Visit {
  readonly session: Session
  readonly token: string
}

export interface PageParts {
  readonly title: string
  readonly main: Html
  readonly scripts?: readonly Asset[]
  /** 200 unless told. */
  readonly status?: number
  readonly retryAfterSeconds?: number
  /** Where forms of the page may lead beside this server, redirects after them included: CSP sources. */
  readonly formAction?: readonly string[]
}

/** `undefined` means that the answer has been written to `outgoing`. */
type Answer = Promise<Response | undefined>

/** `path` is a Hono pattern; `needs: 'person'` sends everybody else to sign in first. */
export type WebRoute =
  | {
      readonly method: 'GET' | 'POST'
      readonly path: string
      readonly needs: 'nothing'
      handle(visit: Visit): Answer
    }
  | {
      readonly method: 'GET' | 'POST'
      readonly path: string
      readonly needs: 'person'
      handle(visit: PersonVisit): Answer
    }
