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
import { createEventStore, isOfStandaloneStream } from './event-store.ts'
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
  let listeners = 0
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

  /** A cancelled request gets no answer, so nothing else would end its stream. */
  function forget(requestId: unknown): void {
    if (!inFlight.delete(requestId)) return
    transport.closeSSEStream(requestId as string | number)
  }

  return {
    ready,
    get isBusy() {
      return inFlight.size > 0 || listeners > 0
    },
    isTaken(messages) {
      const ids = requestIds(messages)
      return new Set(ids).size < ids.length || ids.some((id) => inFlight.has(id))
    },
    async post(inbound: Inbound) {
      const messages = Array.isArray(inbound.body) ? inbound.body : [inbound.body]
      for (const id of requestIds(messages)) inFlight.add(id)
      const authInfo = authInfoOf(inbound.caller, inbound.narrowing)
      const answer = await transport.handleRequest(toRequest(inbound), { authInfo, parsedBody: inbound.body })
      // What the SDK refuses gets no answer through `send`.
      if (!answer.ok) for (const id of requestIds(messages)) inFlight.delete(id)
      for (const id of cancelledIds(messages)) forget(id)
      return answer
    },
    listen(headers: IncomingHttpHeaders, { caller, narrowing }: Identity, signal: AbortSignal) {
      if (!signal.aborted) {
        listeners += 1
        signal.addEventListener('abort', () => {
          listeners -= 1
        })
      }
      makeRoom(headers['last-event-id'])
      const request = new Request('http://localhost/mcp', { headers: toHeaders(headers), signal })
      return transport.handleRequest(request, { authInfo: authInfoOf(caller, narrowing) })
    },
    closeStream: (requestId) => transport.closeSSEStream(requestId),
    close: () => server.close(),
  }

  /** The newest GET wins: behind a proxy a dead stream stays registered, and the SDK would answer 409. */
  function makeRoom(lastEventId: string | string[] | undefined): void {
    if (lastEventId === undefined || isOfStandaloneStream(String(lastEventId))) {
      transport.closeStandaloneSSEStream()
    } else if (inFlight.size === 1) {
      for (const id of inFlight) transport.closeSSEStream(id as string | number)
    }
  }
}

function requestIds(messages: readonly unknown[]): unknown[] {
  return messages
    .filter(isObject)
    .flatMap(({ id, method }) => (method !== undefined && id !== undefined ? [id] : []))
}

function cancelledIds(messages: readonly unknown[]): unknown[] {
  return messages
    .filter(isObject)
    .flatMap(({ method, params }) =>
      method === 'notifications/cancelled' && isObject(params) ? [params.requestId] : [],
    )
}
