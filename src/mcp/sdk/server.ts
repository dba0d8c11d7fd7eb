import {
  type AuthInfo,
  type CallToolResult,
  type Implementation,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type Tool,
} from '@modelcontextprotocol/server'
import type { Caller } from '../../kernel/caller.ts'
import { type Narrowing, wholeSurface } from '../../policy/narrowing.ts'
import type { ToolCalls } from '../call-tool.ts'
import type { Catalog } from '../catalog.ts'
import { toResult } from '../results.ts'
import type { ServerCard } from '../server-card.ts'
import type { ViewOf } from '../views.ts'

/** How the caller travels through the SDK, which only passes `authInfo` along. */
export function authInfoOf(caller: Caller, narrowing: Narrowing): AuthInfo {
  const { clientId, scopes } = caller
  return { token: '', clientId, scopes: [...scopes], extra: { caller, narrowing } }
}

/**
 * The product as an SDK server: for stdio, and for the messages that the dispatcher declines.
 * `resident` is the caller of a transport that carries no identity of its own.
 */
export function createSdkServer(around: {
  card: ServerCard
  catalog: Catalog
  viewOf: ViewOf
  calls: ToolCalls
  resident?: Caller
}): Server {
  const { card, catalog, viewOf, calls, resident } = around
  const hint = { ttlMs: card.cacheMs, cacheScope: 'private' } as const
  const server = new Server(card.info as Implementation, {
    capabilities: card.capabilities,
    instructions: card.instructions,
    cacheHints: { 'tools/list': hint, 'server/discover': hint },
  })

  const identityOf = (authInfo: AuthInfo | undefined) => {
    const caller = (authInfo?.extra?.caller as Caller | undefined) ?? resident
    if (caller === undefined) throw new TypeError('an SDK server is reached behind the gate only')
    return { caller, narrowing: (authInfo?.extra?.narrowing as Narrowing | undefined) ?? wholeSurface }
  }

  server.setRequestHandler('tools/list', async (request, context) => {
    if (request.params?.cursor) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown cursor: the list has one page.')
    }
    const { caller, narrowing } = identityOf(context.http?.authInfo)
    const { listings } = await viewOf(caller, narrowing)
    return { tools: listings as unknown as Tool[] }
  })

  server.setRequestHandler('tools/call', async (request, context) => {
    const { name, arguments: input } = request.params
    const entry = catalog.find(name)
    const identity = identityOf(context.http?.authInfo)
    if (entry === undefined) {
      calls.refuseUnknown(identity.caller)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown tool: call tools/list for the names.')
    }
    const token = request.params._meta?.progressToken
    const outcome = await calls.callTool({
      entry,
      ...identity,
      input,
      signal: () => context.mcpReq.signal,
      isCancelled: () => context.mcpReq.signal.aborted,
      progress(done, total, message) {
        if (token === undefined) return
        const params = {
          progressToken: token,
          progress: done,
          ...(total !== undefined && { total }),
          ...(message !== undefined && { message }),
        }
        // Progress is a courtesy: a client that has gone away must not fail the work.
        context.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined)
      },
    })
    return toResult(outcome) as CallToolResult
  })
  return server
}
