import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from 'hono'
import type { Caller } from '../kernel/caller.ts'
import type { Answer, createRouter, Env, Needs, Open } from './router.ts'

/** Where people sign in, allow programs, and programs get their tokens. */
export interface SignIn {
  /** The document at a path below `/.well-known/`, or nothing. */
  metadata(path: string, query: string): object | undefined
  /** The authorization server's own routes. */
  oauth(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** The claims about the person behind a caller (OpenID Connect Core §5.3), or the finished refusal. */
  userinfo(caller: Caller): Promise<Response>
  readonly pages: readonly PageRoute[]
}

/** A page of the console; it asks for the session by itself, and checks the form. */
interface PageRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Whether somebody has to be signed in. */
  readonly needs: 'nothing' | 'person'
  open(asked: {
    readonly request: Request
    readonly incoming: IncomingMessage
    readonly outgoing: ServerResponse
    readonly params: Readonly<Record<string, string>>
  }): Answer
}

/** The routes of signing in; each line says what a request must bring. */
export function addSignIn(
  { add, addLocked }: Pick<ReturnType<typeof createRouter>, 'add' | 'addLocked'>,
  { metadata, oauth, userinfo, pages }: SignIn,
  nothingHere: (c: Context<Env>) => Response,
): void {
  const handOver: Open = async ({ env }) => {
    await oauth(env.incoming, env.outgoing as ServerResponse)
    return undefined
  }
  /** The router takes HEAD for GET, and then sends an answer of its own after the one that was written. */
  const only =
    (method: string, open: Open): Open =>
    (c) =>
      c.env.incoming.method === method ? open(c) : c.body(null, 405, { allow: method })

  function addHandedOver(method: 'GET' | 'POST', path: string, needs: Needs): void {
    add(method, path, needs, only(method, handOver))
  }
  add('GET', '/.well-known/*', 'any origin', (c) => {
    const document = metadata(c.req.path, new URL(c.req.url).search)
    return document === undefined ? nothingHere(c) : Response.json(document, { headers: SHORTLY_KEPT })
  })
  addHandedOver('GET', '/oauth/jwks', 'any origin')
  addHandedOver('GET', '/oauth/authorize', 'known place')
  addHandedOver('GET', '/oauth/authorize/:uid', 'known place')
  addHandedOver('POST', '/oauth/token', 'known place')
  addHandedOver('POST', '/oauth/register', 'known place')
  addHandedOver('POST', '/oauth/revoke', 'known place')
  addLocked('GET', '/oauth/userinfo', '', (_, caller) => userinfo(caller), '/mcp')
  addLocked('POST', '/oauth/userinfo', '', (_, caller) => userinfo(caller), '/mcp')
  for (const { method, path, needs, open } of pages) {
    const show: Open = ({ req, env }) =>
      open({
        request: req.raw,
        incoming: env.incoming,
        outgoing: env.outgoing as ServerResponse,
        params: req.param(),
      })
    // What stands there goes on with an authorization, and may write the answer itself.
    const opens = path.startsWith('/oauth/') ? only(method, show) : show
    add(method, path, needs === 'person' ? 'person' : 'known place', opens)
  }
}

const SHORTLY_KEPT = { 'cache-control': 'public, max-age=300' }
