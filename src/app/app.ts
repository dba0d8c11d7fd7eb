import { setTimeout as pause } from 'node:timers/promises'
import type { McpServerFactory } from '@modelcontextprotocol/server'
import { createGate } from '../auth/gate.ts'
import { ownerScopes } from '../auth/scopes.ts'
import type { Config } from '../config.ts'
import { createAddressOf } from '../http/client-address.ts'
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
import { createConnectionStore } from '../store/connection-store.ts'
import { version } from '../version.ts'
import { askGate, mcpHandlers } from './entrance.ts'
import { createPlainTools } from './plain-tools.ts'
import type { State } from './state.ts'

type Kept = Pick<State, 'store' | 'vault' | 'accounts' | 'accountStore' | 'link'>

export interface AppOptions extends Pick<CallParts, 'limits' | 'once' | 'journal'>, Kept {
  readonly config: Config
  readonly connectors: readonly Connector[]
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
export async function createApp(options: AppOptions) {
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
  const scopes = ownerScopes(connectors, config.READ_ONLY)
  const calls = createToolCalls({ accounts, limits, once, journal, ceiling: scopes, clock, log })
  const card = serverCard(version)
  const owner: Caller = { userId: 'owner', clientId: 'page', scopes }
  let origin = config.publicUrl ?? `http://${config.HOST}:${config.PORT}`
  const publicUrl = () => origin
  const connections = createConnectionStore(options.store, clock)
  const gate = createGate({
    mode: config.auth.mode,
    apiToken: config.auth.mode === 'none' ? undefined : config.auth.token,
    store: connections,
    ceiling: scopes,
    publicUrl,
    clock,
    log,
  })
  const mounts: Mount[] = [
    { path: '', connector: undefined },
    ...connectors.map(({ id }) => ({ path: `/${id}`, connector: id })),
  ]
  const addressOf = createAddressOf(config.TRUSTED_PROXIES, log)
  const signIn =
    config.auth.mode === 'oauth'
      ? await (await import('./sign-in.ts')).openSignIn({
          ...options,
          ...{ connectors, connections, ceiling: scopes, toolsets: catalog.toolsets },
          ...{ mounts, publicUrl, addressOf, clock },
        })
      : undefined

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

  let isStopping = false
  const narrow = createNarrow(catalog.toolsets)
  const plain = createPlainTools({ catalog, viewOf, knownView, calls })
  // Where strangers are kept out, pages that anybody may read show what every account has.
  const reader: Caller = config.auth.mode === 'none' ? owner : { ...owner, userId: '' }
  const facts: Facts = {
    version,
    publicUrl,
    auth: config.auth.mode,
    exposed: config.exposed,
    connectors: (publicUrl) =>
      connectors.map(({ id, title, setup }) => {
        const { listings } = knownView(reader, { ...wholeSurface, connector: id })
        const known = { id, title, tools: listings.length, mcp: `${publicUrl}/${id}/mcp` }
        if (signIn !== undefined) return { ...known, state: 'private', consoleUrl: `${publicUrl}/console` }
        return { ...known, setup, state: accounts.overview(id, owner).state }
      }),
    toolsFor: (query) => plain.known(reader, query),
  }
  const loadPages = lazy(async () => (await import('../http/pages.ts')).createPages(facts))

  const routes = createRoutes({
    guard: createGuard({
      hosts: config.hosts,
      origins: config.origins,
      https: config.publicUrl?.startsWith('https:') ?? false,
      forThisMachineOnly: config.openUnasked,
    }),
    gate: askGate(gate),
    mounts,
    mcp: mcpHandlers({ endpoint, gate, narrow, basePath: basePathOf(config) }),
    tools: plain.rest,
    loadPages,
    signIn,
    readiness: async () => (isStopping ? { status: 'stopping' } : readiness()),
    toProblem: (error) =>
      problemOf(failureOf(error, (incident, cause) => log.error({ incident, err: cause }, 'bug'))),
  })

  return {
    fetch: routes.fetch,
    /** Every route with what a request to it must bring. */
    routes: routes.table,
    counts: () => ({ ...endpoint.counts, running: calls.running }),
    buildServer,
    /** One call as the owner, outside any protocol. */
    call: (name: string, input: unknown, signal: AbortSignal) =>
      plain.call(name, input, { ...owner, clientId: 'command-line' }, signal),
    owner: { ...owner, clientId: 'stdio' } satisfies Caller,
    /** Where the owner sets a password, while there is none; a new link each time. */
    setupUrl: async () => signIn?.setupUrl(),

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
      gate.close()
      await endpoint.close()
      if (calls.running > 0) await pause(LAST_TURN_MS)
      calls.cutOff()
    },
  }
}

export type App = Awaited<ReturnType<typeof createApp>>

/** What stands before every path of this server where a proxy serves it below that path. */
function basePathOf({ publicUrl }: Config): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '')
}

/** Calls that hear of the stop end by themselves. */
const LAST_TURN_MS = 50
