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
  readonly pages: {
    /** `/` for a browser, or the same facts as JSON. */
    home(request: Request): Response | Promise<Response>
    docs(request: Request): Response | Promise<Response>
    openapi(): Response
    asset(path: string): Response | undefined
  }
  isReady(): boolean
  /** Any thrown value as an answer; writes the log when it is a bug. */
  toProblem(error: unknown): ProblemReply
}

type Env = { Bindings: HttpBindings; Variables: { caller: Caller } }

/** The whole HTTP surface on one page. What stands above the gate is open to everyone. */
export function createRoutes(handlers: Handlers): Hono<Env> {
  const { guard, gate, mounts, mcp, tools, pages } = handlers
  const app = new Hono<Env>({ strict: false })

  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/health', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', (c) =>
    handlers.isReady() ? c.json({ status: 'ready' }) : c.json({ status: 'stopping' }, 503),
  )

  app.use('*', async (c, next) => {
    const { incoming, outgoing } = c.env
    const refusal = guard.refuse(incoming)
    if (refusal !== undefined) return c.json({ error: 'not_allowed', ...refusal }, 403)
    guard.addCors(incoming, outgoing)
    if (incoming.method === 'OPTIONS') return c.body(null, 204)
    return next()
  })

  app.get('/', (c) => pages.home(c.req.raw))
  app.get('/docs', (c) => pages.docs(c.req.raw))
  app.get('/openapi.json', () => pages.openapi())
  app.get('/assets/:name', (c) => pages.asset(c.req.path) ?? c.notFound())

  app.use('*', async (c, next) => {
    const caller = gate(c.env.incoming.headers.authorization)
    if (caller instanceof Response) return caller
    c.set('caller', caller)
    return next()
  })

  const serve = (handler: Handler, mount: Mount) => async (c: Context<Env>) =>
    (await handler(c.env.incoming, c.env.outgoing as ServerResponse, c.var.caller, mount)) ??
    RESPONSE_ALREADY_SENT

  for (const mount of mounts) {
    app.all(`${mount.path}/mcp`, serve(mcp.streamable, mount))
    app.all(`${mount.path}/sse`, serve(mcp.sse, mount))
    app.all(`${mount.path}/messages`, serve(mcp.messages, mount))
    app.all(`${mount.path}/mcp/sse`, serve(mcp.sse, mount))
    app.all(`${mount.path}/mcp/messages`, serve(mcp.messages, mount))
  }

  app.get('/api/tools', (c) => c.json({ tools: tools.list(c.var.caller, queryOf(c)) }))
  app.post('/api/tools/:name', (c) => {
    const { incoming, outgoing } = c.env
    return callOverRest(
      tools,
      c.req.param('name'),
      incoming,
      outgoing as ServerResponse,
      c.var.caller,
      queryOf(c),
    )
  })

  app.notFound((c) => {
    const message = 'There is nothing at this address.'
    return c.json(
      { error: 'not_found', message, hint: 'The MCP address ends in /mcp; / lists all addresses.' },
      404,
    )
  })
  app.onError((error) => problemResponse(handlers.toProblem(error)))
  return app
}

function queryOf(c: Context<Env>): URLSearchParams {
  return new URL(c.req.url).searchParams
}
