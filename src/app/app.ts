import { setTimeout as pause } from 'node:timers/promises'
import type { McpServerFactory } from '@modelcontextprotocol/server'
import type { Accounts } from '../accounts/accounts.ts'
import { isChallenge, openGate, tokenGate } from '../auth/gate.ts'
import { ownerScopes } from '../auth/scopes.ts'
import type { Config } from '../config.ts'
import { createGuard } from '../http/guards.ts'
import type { Facts } from '../http/pages.ts'
import { problemOf } from '../http/problems.ts'
import { createRoutes, type Mount, type Readiness } from '../http/routes.ts'
import type { Caller } from '../kernel/caller.ts'
import { type Clock, systemClock } from '../kernel/clock.ts'
import type { Connector } from '../kernel/connector.ts'
import { lazy } from '../kernel/lazy.ts'
import type { Log } from '../kernel/log.ts'
import { failureOf } from '../kernel/outcome.ts'
import { type CallParts, createToolCalls } from '../mcp/call-tool.ts'
import { createCatalog } from '../mcp/catalog.ts'
import { createDispatcher } from '../mcp/dispatcher.ts'
import { createMcpEndpoint } from '../mcp/endpoint.ts'
import type { SdkHooks } from '../mcp/sdk/fallback.ts'
import { serverCard } from '../mcp/server-card.ts'
import type { SessionLimits } from '../mcp/sessions.ts'
import { createViews, type ViewOf } from '../mcp/views.ts'
import { withoutDisabled } from '../policy/disabled.ts'
import { createNarrow, wholeSurface } from '../policy/narrowing.ts'
import { version } from '../version.ts'
import { createPlainTools } from './plain-tools.ts'

export interface AppOptions extends Pick<CallParts, 'limits' | 'once' | 'journal'> {
  readonly config: Config
  readonly connectors: readonly Connector[]
  readonly accounts: Accounts
  /** Whether what must not be lost can be kept; asked by `/readyz`. */
  readonly readiness?: () => Promise<Readiness>
  readonly log: Log
  readonly clock?: Clock
  readonly keepAliveMs?: number
  readonly sessionLimits?: SessionLimits
  /** Serves these instead of the product's tools, through the same HTTP, session and stream code. */
  readonly fixtures?: (hooks: SdkHooks) => McpServerFactory
}

/** The composition root: constructors, no container. */
export function createApp(options: AppOptions) {
  const { config, accounts, limits, once, journal, log, clock = systemClock, fixtures } = options
  const { readiness = async () => ({ status: 'ready' }) } = options
  const connectors = withoutDisabled(options.connectors, config.DISABLE_TOOLS)
  const catalog = createCatalog(connectors)
  const knownView = createViews(catalog, accounts.several)
  /** What the caller sees; a promise only when the store is asked whether accounts were linked or unlinked. */
  const viewOf: ViewOf = (caller, narrowing) => {
    const fresh = accounts.fresh(caller)
    return fresh === undefined ? knownView(caller, narrowing) : fresh.then(() => knownView(caller, narrowing))
  }
  const calls = createToolCalls({ accounts, limits, once, journal, clock, log })
  const card = serverCard(version)
  const scopes = ownerScopes(connectors, config.READ_ONLY)
  const owner: Caller = { userId: 'owner', clientId: 'page', scopes }
  const gate = config.auth.mode === 'token' ? tokenGate(config.auth.token, scopes) : openGate(scopes)

  /** The product as an SDK server, for stdio and for what the dispatcher declines. */
  const buildServer = async (resident?: Caller): Promise<McpServerFactory> => {
    const { createSdkServer } = await import('../mcp/sdk/server.ts')
    return () => createSdkServer({ card, catalog, viewOf, calls, ...(resident && { resident }) })
  }

  const endpoint = createMcpEndpoint({
    card,
    dispatcher: fixtures ? undefined : createDispatcher({ card, catalog, viewOf, calls }),
    async loadFallback(keepAliveMs) {
      const { createFallback } = await import('../mcp/sdk/fallback.ts')
      const product = await buildServer()
      return createFallback({ buildServer: fixtures ?? (() => product), keepAliveMs })
    },
    clock,
    log,
    ...(options.keepAliveMs !== undefined && { keepAliveMs: options.keepAliveMs }),
    ...(options.sessionLimits && { sessionLimits: options.sessionLimits }),
  })

  let origin = config.publicUrl ?? `http://${config.HOST}:${config.PORT}`
  let isStopping = false
  const mounts: Mount[] = [
    { path: '', connector: undefined },
    ...connectors.map(({ id }) => ({ path: `/${id}`, connector: id })),
  ]
  const basePath = config.publicUrl === undefined ? '' : new URL(config.publicUrl).pathname.replace(/\/$/, '')
  const narrow = createNarrow(catalog.toolsets)
  const identify = (url: string | undefined, caller: Caller, { connector }: Mount) => ({
    caller,
    narrowing: narrow(connector, url ?? ''),
  })
  const plain = createPlainTools({ catalog, viewOf, knownView, calls })
  const facts: Facts = {
    version,
    publicUrl: () => origin,
    auth: config.auth.mode,
    exposed: config.exposed,
    connectors: (publicUrl) =>
      connectors.map(({ id, title, setup }) => {
        const { listings } = knownView(owner, { ...wholeSurface, connector: id })
        const { state } = accounts.overview(id, owner)
        return { id, title, setup, state, tools: listings.length, mcp: `${publicUrl}/${id}/mcp` }
      }),
    toolsFor: (query) => plain.known(owner, query),
  }
  const loadPages = lazy(async () => (await import('../http/pages.ts')).createPages(facts))

  const routes = createRoutes({
    guard: createGuard({ hosts: config.hosts, origins: config.origins }),
    gate(authorization) {
      const answer = gate(authorization)
      if (!isChallenge(answer)) return answer
      const { challenge, message, hint } = answer
      return Response.json(
        { error: 'unauthorized', message, hint },
        { status: 401, headers: { 'www-authenticate': challenge } },
      )
    },
    mounts,
    mcp: {
      streamable: (request, response, caller, mount) =>
        endpoint.streamable(
          request,
          response,
          identify(request.url, caller, mount),
          `${basePath}${mount.path}/mcp/messages`,
        ),
      sse(request, response, caller, mount) {
        const messages = `${basePath}${mount.path}/${request.url?.split('?', 1)[0]?.includes('/mcp/sse') ? 'mcp/' : ''}messages`
        return endpoint.sse(request, response, identify(request.url, caller, mount), messages)
      },
      messages: (request, response, caller, mount) =>
        endpoint.messages(request, response, identify(undefined, caller, mount)),
    },
    tools: plain.rest,
    loadPages,
    readiness: async () => (isStopping ? { status: 'stopping' } : readiness()),
    toProblem: (error) =>
      problemOf(failureOf(error, (incident, cause) => log.error({ incident, err: cause }, 'bug'))),
  })

  return {
    fetch: routes.fetch,
    counts: () => ({ ...endpoint.counts, running: calls.running }),
    buildServer,
    /** One call as the owner, outside any protocol. */
    call: (name: string, input: unknown, signal: AbortSignal) =>
      plain.call(name, input, { ...owner, clientId: 'command-line' }, signal),
    owner: { ...owner, clientId: 'stdio' } satisfies Caller,

    /** Tells the app where it listens; a configured public address stays. */
    listensOn(address: string) {
      origin = config.publicUrl ?? address
    },
    /** Lets running calls finish for up to `graceMs`, then ends every stream and session. */
    async close(graceMs: number): Promise<void> {
      isStopping = true
      const deadline = performance.now() + graceMs
      const isBusy = () => calls.running + endpoint.counts.posts > 0
      while (isBusy() && performance.now() < deadline) await pause(20)
      if (isBusy()) log.warn({ running: calls.running }, 'calls cut off by the stop')
      await endpoint.close()
      if (calls.running > 0) await pause(LAST_TURN_MS)
      calls.cutOff()
    },
  }
}

/** Calls that hear of the stop end by themselves. */
const LAST_TURN_MS = 50
