import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../kernel/clock.ts'
import { lazy } from '../kernel/lazy.ts'
import type { Log } from '../kernel/log.ts'
import { answerError } from './answers.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Fallback } from './fallback.ts'
import { type Identity, type Inbound, readBody } from './inbound.ts'
import * as protocol from './protocol.ts'
import type { ServerCard } from './server-card.ts'
import { createSessions, SESSION_LIMITS, type SessionLimits } from './sessions.ts'
import { createSse } from './sse.ts'
import { createStreamable } from './streamable.ts'
import { createStreams, STREAM_HEADERS } from './streams.ts'

/** The interval of comment frames on open streams; below every proxy's idle limit. */
const KEEP_ALIVE_MS = 15_000

/** How MCP looks to the routes: `undefined` means that the answer has been written. */
type Answer = Promise<Response | undefined>

export interface McpEndpoint {
  /** `/mcp`: every era, and HTTP+SSE for a client that opens a stream without a session. */
  streamable(request: IncomingMessage, response: ServerResponse, identity: Identity, messages: string): Answer
  /** `/sse`: opens an HTTP+SSE stream whose requests go to `messages`. */
  sse(
    request: IncomingMessage,
    response: ServerResponse,
    identity: Identity,
    messages: string,
  ): Response | undefined
  /** `/messages`: the requests of an HTTP+SSE stream. */
  messages(request: IncomingMessage, response: ServerResponse, identity: Identity): Answer
  /** `posts` are requests that have no whole answer yet. */
  readonly counts: { readonly sessions: number; readonly streams: number; readonly posts: number }
  /** Ends every stream and session. */
  close(): Promise<void>
}

export function createMcpEndpoint(around: {
  card: ServerCard
  dispatcher: Dispatcher | undefined
  /** The SDK's side of everything, made when the first message needs it. */
  loadFallback(keepAliveMs: number): Promise<Fallback>
  clock: Clock
  log: Log
  keepAliveMs?: number
  sessionLimits?: SessionLimits
}): McpEndpoint {
  const { card, dispatcher, clock, log } = around
  const keepAliveMs = around.keepAliveMs ?? KEEP_ALIVE_MS
  const streams = createStreams(keepAliveMs)
  const sessions = createSessions(clock, around.sessionLimits ?? SESSION_LIMITS)
  let hasFallback = false
  // The SDK costs a tenth of a second and 26 MB at import: it is loaded when the first message needs it.
  const loadFallback = lazy(async () => {
    const fallback = await around.loadFallback(keepAliveMs)
    hasFallback = true
    return fallback
  })
  const streamable = createStreamable({ card, dispatcher, loadFallback, sessions, streams })
  const sse = createSse({ card, dispatcher, loadFallback, streams, log })
  let posts = 0

  async function receive(
    request: IncomingMessage,
    response: ServerResponse,
    identity: Identity,
    serve: (inbound: Inbound) => Answer,
  ): Answer {
    if (!isJson(request.headers['content-type'])) {
      request.resume()
      return answerError(
        response,
        415,
        protocol.SERVER_ERROR,
        'Unsupported media type: send application/json.',
      )
    }
    posts += 1
    response.once('close', () => {
      posts -= 1
    })
    const text = await readBody(request).catch(() => undefined)
    if (text === undefined) return undefined
    if (text === 'too large') {
      response.setHeader('connection', 'close')
      return answerError(response, 413, protocol.SERVER_ERROR, 'The request is larger than 4 MB.')
    }
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch {
      return answerError(response, 400, protocol.PARSE_ERROR, 'Parse error: the body is not valid JSON.')
    }
    const { url = '/', headers } = request
    return serve({ ...identity, url, headers, text, body, signal: () => closeSignal(response) })
  }

  return {
    async streamable(request, response, identity, messages) {
      switch (request.method) {
        case 'POST':
          return receive(request, response, identity, (inbound) => streamable.post(inbound, response))
        case 'DELETE':
          return streamable.end(request, response, identity)
        case 'GET':
          if (!request.headers.accept?.includes('text/event-stream')) return notHere(request, response)
          if (request.headers['mcp-session-id'] !== undefined)
            return streamable.get(request, response, identity)
          return sse.open(response, identity, messages)
        case 'HEAD':
          return streamHead()
        default:
          return notHere(request, response)
      }
    },
    sse(request, response, identity, messages) {
      if (request.method === 'GET') return sse.open(response, identity, messages)
      return request.method === 'HEAD' ? streamHead() : notHere(request, response, 'GET, HEAD')
    },
    async messages(request, response, identity) {
      if (request.method !== 'POST') return notHere(request, response, 'POST')
      const sessionId = /[?&]sessionId=([^&]*)/.exec(request.url ?? '')?.[1] ?? null
      return receive(request, response, identity, (inbound) => sse.post(inbound, sessionId, response))
    },
    get counts() {
      return { sessions: sessions.size, streams: streams.size, posts }
    },
    async close() {
      sessions.close()
      streams.closeAll()
      if (hasFallback) await (await loadFallback()).close()
    },
  }
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json'
}

function notHere(
  request: IncomingMessage,
  response: ServerResponse,
  allow = 'POST, GET, DELETE, HEAD',
): Response | undefined {
  if (request.method === 'HEAD') return new Response(null, { status: 405, headers: { allow } })
  response.setHeader('allow', allow)
  const message =
    'Method not allowed: send JSON-RPC by POST, or open an event stream by GET with Accept: text/event-stream.'
  return answerError(response, 405, protocol.SERVER_ERROR, message)
}

/** What a probe sees before it opens the stream. */
function streamHead(): Response {
  return new Response(null, { headers: STREAM_HEADERS })
}

function closeSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  if (response.destroyed) gone.abort()
  else response.once('close', () => gone.abort())
  return gone.signal
}
