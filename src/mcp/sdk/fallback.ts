import type { IncomingHttpHeaders } from 'node:http'
import {
  classifyInboundRequest,
  createMcpHandler,
  type McpHttpHandler,
  type McpServerFactory,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { Fallback } from '../fallback.ts'
import type { Inbound } from '../inbound.ts'
import { createPeer } from './peer.ts'
import { toRequest } from './request.ts'
import { authInfoOf } from './server.ts'
import { createSsePeer } from './sse-peer.ts'

/** What a test of the whole stack reaches for: the SDK's notifiers and its open streams. */
export interface SdkHooks {
  readonly notify: McpHttpHandler['notify']
  closeStream(sessionId: string | undefined, requestId: string | number): void
}

/** Serves MCP with the official SDK, one server from the factory for each request, session or connection. */
export function createFallback(around: {
  buildServer(hooks: SdkHooks): McpServerFactory
  keepAliveMs: number
}): Fallback {
  const { keepAliveMs } = around
  const peers = new Map<string, ReturnType<typeof createPeer>>()
  const buildServer: McpServerFactory = (context) => factory(context)
  const handler = createMcpHandler(buildServer, { legacy: 'reject', responseMode: 'auto', keepAliveMs })
  const factory = around.buildServer({
    notify: handler.notify,
    closeStream: (sessionId, requestId) => void peers.get(sessionId ?? '')?.closeStream(requestId),
  })
  const build = () => buildServer({ era: 'legacy' })

  return {
    eraOf,
    serveModern: (inbound) =>
      handler.fetch(toRequest(inbound), {
        authInfo: authInfoOf(inbound.caller, inbound.narrowing),
        parsedBody: inbound.body,
      }),
    async serveOnce(inbound: Inbound) {
      const transport = new WebStandardStreamableHTTPServerTransport({ keepAliveMs })
      const server = await build()
      await server.connect(transport)
      const request = toRequest(inbound)
      request.headers.delete('mcp-session-id')
      return transport.handleRequest(request, {
        authInfo: authInfoOf(inbound.caller, inbound.narrowing),
        parsedBody: inbound.body,
      })
    },
    async openPeer(sessionId) {
      const peer = createPeer(sessionId, await build(), keepAliveMs, () => peers.delete(sessionId))
      peers.set(sessionId, peer)
      await peer.ready
      return peer
    },
    openSsePeer: async (write) => createSsePeer(await build(), write),
    async close() {
      await Promise.all([handler.close(), ...[...peers.values()].map((peer) => peer.close())])
    },
  }
}

/** The SDK's own classifier decides the era of whatever is not obvious. */
function eraOf(body: unknown, headers: IncomingHttpHeaders): 'legacy' | 'modern' {
  const outcome = classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...present('protocolVersionHeader', headers['mcp-protocol-version']),
    ...present('mcpMethodHeader', headers['mcp-method']),
    ...present('mcpNameHeader', headers['mcp-name']),
  })
  return outcome.kind === 'legacy' ? 'legacy' : 'modern'
}

function present(key: string, value: string | string[] | undefined): Record<string, string> {
  if (value === undefined) return {}
  return { [key]: typeof value === 'string' ? value : value.join(', ') }
}
