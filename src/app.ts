import { setTimeout as pause } from 'node:timers/promises'
import type { McpServerFactory } from '@modelcontextprotocol/server'
import { type Accounts, accountOf, cardOf } from './accounts.ts'
import { isChallenge, openGate, tokenGate } from './auth/gate.ts'
import { ownerScopes } from './auth/scopes.ts'
import { type Config, isLoopback } from './config.ts'
import { createGuard } from './http/guards.ts'
import type { Facts } from './http/pages.ts'
import { problemOf } from './http/problems.ts'
import { createRoutes, type Mount } from './http/routes.ts'
import type { Caller } from './kernel/caller.ts'
import { type Clock, systemClock } from './kernel/clock.ts'
import type { Connector } from './kernel/connector.ts'
import { AppError } from './kernel/errors.ts'
import { lazy } from './kernel/lazy.ts'
import type { Log } from './kernel/log.ts'
import { failureOf } from './kernel/outcome.ts'
import { createToolCalls } from './mcp/call-tool.ts'
import { createCatalog } from './mcp/catalog.ts'
import { createDispatcher } from './mcp/dispatcher.ts'
import { createMcpEndpoint } from './mcp/endpoint.ts'
import { readBody } from './mcp/inbound.ts'
import type { SdkHooks } from './mcp/sdk/fallback.ts'
import { serverCard } from './mcp/server-card.ts'
import type { SessionLimits } from './mcp/sessions.ts'
import { createViews } from './mcp/views.ts'
import { withoutDisabled } from './policy/disabled.ts'
import { createNarrow, readNarrowing, wholeSurface } from './policy/narrowing.ts'
import { version } from './version.ts'

export interface AppOptions {
  readonly config: Config
  readonly connectors: readonly Connector[]
  /** By connector id; a connector without one answers `not_linked`. */
  readonly accounts: Accounts
  readonly log: Log
  readonly clock?: Clock
  readonly keepAliveMs?: number
  readonly sessionLimits?: SessionLimits
  /** Serves these instead of the product's tools, through the same HTTP, session and stream code. */
  readonly fixtures?: (hooks: SdkHooks) => McpServerFactory
}

/** The composition root: constructors, no container. */
export function createApp(options: AppOptions) {
  const { config, accounts, log, clock = systemClock, fixtures } = options
  const connectors = withoutDisabled(options.connectors, config.DISABLE_TOOLS)
  const catalog = createCatalog(connectors)
  const viewOf = createViews(catalog)
  const calls = createToolCalls({ account: (id) => accountOf(id, connectors, accounts), clock, log })
  const { callTool } = calls
  const card = serverCard(version)
  const scopes = ownerScopes(connectors, config.READ_ONLY)
  const gate = config.auth.mode === 'token' ? tokenGate(config.auth.token, scopes) : openGate(scopes)

  /** The product as an SDK server, for stdio and for what the dispatcher declines. */
  const buildServer = async (resident?: Caller): Promise<McpServerFactory> => {
    const { createSdkServer } = await import('./mcp/sdk/server.ts')
    return () => createSdkServer({ card, catalog, viewOf, callTool, ...(resident && { resident }) })
  }

  const endpoint = createMcpEndpoint({
    card,
    dispatcher: fixtures ? undefined : createDispatcher({ card, catalog, viewOf, callTool }),
    async loadFallback(keepAliveMs) {
      const { createFallback } = await import('./mcp/sdk/fallback.ts')
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
  const restTools = catalog.entries.map(({ listing, subject }) => ({ ...listing, access: subject.access }))
  const toolsFor = (caller: Caller, query: URLSearchParams) => {
    const { listings } = viewOf(caller, readNarrowing(undefined, query, catalog.toolsets))
    return restTools.filter(({ name }) => listings.some((listing) => listing.name === name))
  }
  const reader: Caller = { userId: 'owner', clientId: 'page', scopes }

  const facts: Facts = {
    version,
    publicUrl: () => origin,
    auth: config.auth.mode,
    exposed: config.publicUrl !== undefined || !isLoopback(config.HOST),
    connectors: (publicUrl) =>
      connectors.map((connector) => {
        const { listings } = viewOf(reader, { ...wholeSurface, connector: connector.id })
        return cardOf(connector, accounts, publicUrl, listings.length)
      }),
    toolsFor: (query) => toolsFor(reader, query),
  }
  const loadPages = lazy(async () => (await import('./http/pages.ts')).createPages(facts))

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
    tools: {
      list: toolsFor,
      call(name, input, caller, query, signal) {
        const entry = catalog.find(name)
        if (entry === undefined) throw unknownTool()
        const narrowing = readNarrowing(undefined, query, catalog.toolsets)
        return callTool({ entry, caller, narrowing, input, ...cancelledBy(signal), progress() {} })
      },
      readBody,
    },
    loadPages,
    isReady: () => !isStopping,
    toProblem: (error) =>
      problemOf(failureOf(error, (incident, cause) => log.error({ incident, err: cause }, 'bug'))),
  })

  return {
    fetch: routes.fetch,
    counts: () => ({ ...endpoint.counts, running: calls.running }),
    buildServer,
    /** One call as the owner, outside any protocol. */
    async call(name: string, input: unknown, signal: AbortSignal) {
      const entry = catalog.find(name)
      if (entry === undefined) throw unknownTool()
      const caller = { userId: 'owner', clientId: 'command-line', scopes }
      return callTool({
        entry,
        caller,
        narrowing: wholeSurface,
        input,
        ...cancelledBy(signal),
        progress() {},
      })
    },
    owner: { userId: 'owner', clientId: 'stdio', scopes } satisfies Caller,
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
    },
  }
}

function cancelledBy(signal: AbortSignal) {
  return { signal: () => signal, isCancelled: () => signal.aborted }
}

function unknownTool(): AppError {
  return new AppError('not_found', 'There is no tool of this name.', {
    hint: 'GET /api/tools lists the names.',
  })
}
