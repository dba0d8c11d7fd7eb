import type { ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import type { Caller } from '../kernel/caller.ts'
import type { Guard } from './guards.ts'

export type Env = { Bindings: HttpBindings }

/** `undefined` means that the answer has been written to the Node response. */
export type Answer = Response | undefined | Promise<Response | undefined>
export type Open = (c: Context<Env>) => Answer
export type Locked = (c: Context<Env>, caller: Caller) => Answer

/**
 * What a request must bring. `nothing`: not even a known `Host`; for probes of the hosting, and tells nothing.
 * `any origin`: a known `Host`; pages of any origin may read it. `known place`: `Host` and `Origin` that are known.
 * `person`: that, and the cookie of somebody who is signed in. `bearer`: that, and a token that the gate takes.
 */
export type Needs = 'nothing' | 'any origin' | 'known place' | 'person' | 'bearer'

/** One line of the table of routes. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly needs: Needs
}

/** What the gate is asked. */
interface Knock {
  /** The header. */
  readonly authorization: string | undefined
  readonly mount: string
  /** The path and query of the protected resource that the client means. */
  readonly path: string
}

/** Who is calling, or the finished refusal. */
export type AskGate = (knock: Knock) => Caller | Response | Promise<Caller | Response>

/** Adds routes to a table, each behind what it needs. */
export function createRouter(guard: Guard, gate: AskGate) {
  const app = new Hono<Env>({ strict: false })
  const table: Route[] = []

  function add(method: string, path: string, needs: Needs, handle: Open): void {
    table.push({ method, path, needs })
    const guarded = behindGuard(needs, handle)
    if (method === 'ALL') app.all(path, guarded)
    else app.on([method, 'OPTIONS'], path, guarded)
  }

  /** Guards and CORS, before anybody asks who is calling; a preflight ends here. */
  function behindGuard(needs: Needs, handle: Open) {
    const isForAll = needs === 'any origin'
    return async (c: Context<Env>): Promise<Response> => {
      const { incoming, outgoing } = c.env
      if (needs !== 'nothing') {
        const refusal = guard.refuse(incoming, isForAll)
        if (refusal !== undefined) return c.json({ error: 'not_allowed', ...refusal }, 403)
        guard.addHeaders(incoming, outgoing as ServerResponse, isForAll)
        if (incoming.method === 'OPTIONS') return c.body(null, 204)
      }
      return (await handle(c)) ?? RESPONSE_ALREADY_SENT
    }
  }

  /** Without a `resource` the request's own address is it. */
  function behindGate(handle: Locked, mount: string, resource?: string): Open {
    return (c) => {
      const { url = '', headers } = c.env.incoming
      const { authorization } = headers
      const enter = (caller: Caller | Response) => (caller instanceof Response ? caller : handle(c, caller))
      const answer = gate({ authorization, mount, path: resource ?? url })
      return answer instanceof Promise ? answer.then(enter) : enter(answer)
    }
  }

  return {
    fetch: app.fetch,
    table: table as readonly Route[],
    /** A route that does not ask who is calling. */
    add,
    /** A route for callers: the gate names them, or its refusal is the answer. */
    addLocked: (method: string, path: string, mount: string, handle: Locked, resource?: string) =>
      add(method, path, 'bearer', behindGate(handle, mount, resource)),
    /** For every other address, so that a stranger learns nothing of what is there. */
    otherwise: (handle: Locked, resource: string) =>
      app.notFound(behindGuard('bearer', behindGate(handle, '', resource))),
    onError: (answer: (error: unknown) => Response) => app.onError(answer),
  }
}
