import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import type { Caller } from '../kernel/caller.ts'
import type { Guard } from './guards.ts'
import type { ProblemReply } from './problems.ts'
import { callOverRest, problemResponse, type RestTools } from './rest.ts'

/** `undefined` means that the answer has been written to the Node response. */
type Answer = Response | undefined | Promise<Response | undefined>
type Handler = (request: IncomingMessage, response: ServerResponse, caller: Caller, mount: Mount) => Answer

/** One place in the address space with its own MCP endpoints: the whole surface, or one connector. */
export interface Mount {
  /** Empty for the whole surface, else `/amocrm`. */
  readonly path: string
  readonly connector: string | undefined
}

export interface Handlers {
  readonly guard: Guard
  /** The `Authorization` header → who is calling, or the finished refusal. */
  gate(authorization: string | undefined): Caller | Response
  readonly mounts: readonly Mount[]
  readonly mcp: { readonly streamable: Handler; readonly sse: Handler; readonly messages: Handler }
  readonly tools: RestTools
  /** Loaded by the first visitor: most clients are programs, which never open a page. */
  loadPages(): Promise<Pages>
  readiness(): Promise<Readiness>
  /** Any thrown value as an answer; writes the log when it is a bug. */
  toProblem(error: unknown): ProblemReply
}

/** What `/readyz` answers: 200 for `ready`, 503 for the others, which get no new work from the hosting. */
export interface Readiness {
  readonly status: 'ready' | 'stopping' | 'failing'
  /** Why it is failing, in one word of the store. */
  readonly store?: string
}

export interface Pages {
  /** `/` for a browser, or the same facts as JSON. */
  home(request: Request): Response | Promise<Response>
  docs(request: Request): Response | Promise<Response>
  openapi(request: Request): Response
  asset(path: string): Response | undefined
}

type Env = { Bindings: HttpBindings }
type Page = (c: Context<Env>) => Response | Promise<Response>
type Locked = (c: Context<Env>, caller: Caller) => Answer

/** The whole HTTP surface on one page; each line says whether the route is open or locked. */
export function createRoutes(handlers: Handlers): Hono<Env> {
  const { guard, gate, mounts, mcp, tools, loadPages } = handlers
  const app = new Hono<Env>({ strict: false })

  /** For everyone whose request comes from a known place. */
  const open = (page: Page) => (c: Context<Env>) => turnAway(c) ?? page(c)
  /** For callers: the gate names them, or its refusal is the answer. */
  const locked = (handle: Locked) => async (c: Context<Env>) => {
    const refusal = turnAway(c)
    if (refusal !== undefined) return refusal
    const caller = gate(c.env.incoming.headers.authorization)
    if (caller instanceof Response) return caller
    return (await handle(c, caller)) ?? RESPONSE_ALREADY_SENT
  }
  const toMcp = (handler: Handler, mount: Mount) =>
    locked(({ env }, caller) => handler(env.incoming, env.outgoing as ServerResponse, caller, mount))

  // Probes of the hosting come under any name and tell nothing.
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/health', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const readiness = await handlers.readiness()
    return c.json(readiness, readiness.status === 'ready' ? 200 : 503)
  })

  app.get(
    '/',
    open(async (c) => (await loadPages()).home(c.req.raw)),
  )
  app.get(
    '/docs',
    open(async (c) => (await loadPages()).docs(c.req.raw)),
  )
  app.get(
    '/openapi.json',
    open(async (c) => (await loadPages()).openapi(c.req.raw)),
  )
  app.get(
    '/assets/:name',
    open(async (c) => (await loadPages()).asset(c.req.path) ?? nothingHere(c)),
  )

  for (const mount of mounts) {
    app.all(`${mount.path}/mcp`, toMcp(mcp.streamable, mount))
    app.all(`${mount.path}/sse`, toMcp(mcp.sse, mount))
    app.all(`${mount.path}/messages`, toMcp(mcp.messages, mount))
    app.all(`${mount.path}/mcp/sse`, toMcp(mcp.sse, mount))
    app.all(`${mount.path}/mcp/messages`, toMcp(mcp.messages, mount))
  }

  app.get(
    '/api/tools',
    locked(async (c, caller) => c.json({ tools: await tools.list(caller, queryOf(c)) })),
  )
  app.post(
    '/api/tools/:name',
    locked((c, caller) => {
      const { incoming, outgoing } = c.env
      const name = c.req.param('name') ?? ''
      return callOverRest(tools, name, incoming, outgoing as ServerResponse, caller, queryOf(c))
    }),
  )

  app.notFound(locked(nothingHere))
  app.onError((error) => problemResponse(handlers.toProblem(error)))
  return app

  /** Guards and CORS, before anybody asks who is calling; a preflight ends here. */
  function turnAway(c: Context<Env>): Response | undefined {
    const { incoming, outgoing } = c.env
    const refusal = guard.refuse(incoming)
    if (refusal !== undefined) return c.json({ error: 'not_allowed', ...refusal }, 403)
    guard.addCors(incoming, outgoing as ServerResponse)
    return incoming.method === 'OPTIONS' ? c.body(null, 204) : undefined
  }
}

function nothingHere(c: Context<Env>): Response {
  const message = 'There is nothing at this address.'
  return c.json(
    { error: 'not_found', message, hint: 'The MCP address ends in /mcp; / lists all addresses.' },
    404,
  )
}

function queryOf(c: Context<Env>): URLSearchParams {
  return new URL(c.req.url).searchParams
}
