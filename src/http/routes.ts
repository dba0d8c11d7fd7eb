import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from 'hono'
import type { Caller } from '../kernel/caller.ts'
import type { Guard } from './guards.ts'
import type { ProblemReply } from './problems.ts'
import { callOverRest, problemResponse, type RestTools } from './rest.ts'
import { type Answer, type AskGate, createRouter, type Env, type Locked } from './router.ts'
import { addSignIn, type SignIn } from './sign-in.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, caller: Caller, mount: Mount) => Answer

/** One place in the address space with its own MCP endpoints: the whole surface, or one connector. */
export interface Mount {
  /** Empty for the whole surface, else `/amocrm`. */
  readonly path: string
  readonly connector: string | undefined
}

export interface Handlers {
  readonly guard: Guard
  readonly gate: AskGate
  readonly mounts: readonly Mount[]
  readonly mcp: { readonly streamable: Handler; readonly sse: Handler; readonly messages: Handler }
  readonly tools: RestTools
  /** Loaded by the first visitor: most clients are programs, which never open a page. */
  loadPages(): Promise<Pages>
  /** Where people sign in and programs get their tokens; nothing where a fixed token, or none, is asked for. */
  readonly signIn: SignIn | undefined
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

/** The whole HTTP surface on one page; each line says what a request must bring. */
export function createRoutes(handlers: Handlers) {
  const { guard, gate, mounts, mcp, tools, loadPages, signIn } = handlers
  const router = createRouter(guard, gate)
  const { add, addLocked } = router

  add('GET', '/healthz', 'nothing', (c) => c.json({ status: 'ok' }))
  add('GET', '/health', 'nothing', (c) => c.json({ status: 'ok' }))
  add('GET', '/readyz', 'nothing', async (c) => {
    const readiness = await handlers.readiness()
    return c.json(readiness, readiness.status === 'ready' ? 200 : 503)
  })

  add('GET', '/', 'known place', async (c) => (await loadPages()).home(c.req.raw))
  add('GET', '/docs', 'known place', async (c) => (await loadPages()).docs(c.req.raw))
  add('GET', '/openapi.json', 'known place', async (c) => (await loadPages()).openapi(c.req.raw))
  add(
    'GET',
    '/assets/:name',
    'known place',
    async (c) => (await loadPages()).asset(c.req.path) ?? nothingHere(c),
  )

  for (const mount of mounts) {
    const { path } = mount
    const to =
      (handler: Handler): Locked =>
      ({ env }, caller) =>
        handler(env.incoming, env.outgoing as ServerResponse, caller, mount)
    addLocked('ALL', `${path}/mcp`, path, to(mcp.streamable))
    addLocked('ALL', `${path}/sse`, path, to(mcp.sse))
    addLocked('ALL', `${path}/messages`, path, to(mcp.messages), `${path}/sse`)
    addLocked('ALL', `${path}/mcp/sse`, path, to(mcp.sse))
    addLocked('ALL', `${path}/mcp/messages`, path, to(mcp.messages), `${path}/mcp/sse`)
  }

  const whole = '/mcp'
  const list: Locked = async (c, caller) => c.json({ tools: await tools.list(caller, queryOf(c)) })
  const call: Locked = (c, caller) => {
    const { incoming, outgoing } = c.env
    const name = c.req.param('name') ?? ''
    return callOverRest(tools, name, incoming, outgoing as ServerResponse, caller, queryOf(c))
  }
  addLocked('GET', '/api/tools', '', list, whole)
  addLocked('POST', '/api/tools/:name', '', call, whole)

  if (signIn !== undefined) addSignIn(router, signIn, nothingHere)

  router.otherwise(nothingHere, whole)
  router.onError((error) => problemResponse(handlers.toProblem(error)))
  return { fetch: router.fetch, table: router.table }
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
