import type { IncomingHttpHeaders } from 'node:http'
import {
  type JSONRPCMessage,
  type McpServer,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { Peer } from '../fallback.ts'
import type { Identity, Inbound } from '../inbound.ts'
import { isObject } from '../protocol.ts'
import { createEventStore } from './event-store.ts'
import { toHeaders, toRequest } from './request.ts'
import { authInfoOf } from './server.ts'

/** How long a client waits before it opens a closed stream again. */
const RETRY_MS = 500

/** The SDK's transport and server of one session. */
export function createPeer(
  sessionId: string,
  server: McpServer | Server,
  keepAliveMs: number,
  onClose: () => void,
): Peer & { ready: Promise<void>; closeStream(requestId: string | number): void } {
  const inFlight = new Set<unknown>()
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => sessionId,
    eventStore: createEventStore(),
    retryInterval: RETRY_MS,
    keepAliveMs,
  })
  const send = transport.send.bind(transport)
  transport.send = (message: JSONRPCMessage, options) => {
    if (!('method' in message)) inFlight.delete(message.id)
    return send(message, options)
  }
  const ready = server.connect(transport).then(() => {
    // connect() sets its own onclose, which has to run first.
    const own = transport.onclose
    transport.onclose = () => {
      own?.()
      onClose()
    }
  })

  return {
    ready,
    inFlight,
    post(inbound: Inbound) {
      for (const id of requestIds(inbound.body)) inFlight.add(id)
      const authInfo = authInfoOf(inbound.caller, inbound.narrowing)
      return transport.handleRequest(toRequest(inbound), { authInfo, parsedBody: inbound.body })
    },
    listen(headers: IncomingHttpHeaders, { caller, narrowing }: Identity, signal: AbortSignal) {
      // Newest GET wins: behind a proxy a dead stream stays registered, and the SDK would answer 409.
      if (headers['last-event-id'] === undefined) transport.closeStandaloneSSEStream()
      const request = new Request('http://localhost/mcp', { headers: toHeaders(headers), signal })
      return transport.handleRequest(request, { authInfo: authInfoOf(caller, narrowing) })
    },
    closeStream: (requestId) => transport.closeSSEStream(requestId),
    close: () => server.close(),
  }
}

function requestIds(body: unknown): unknown[] {
  const messages = Array.isArray(body) ? body : [body]
  return messages
    .filter(isObject)
    .flatMap(({ id, method }) => (method !== undefined && id !== undefined ? [id] : []))
}
