import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { answerError, answerFull, answerJson, answerNothing, answerRefusal } from './answers.ts'
import type { Dispatcher, Refusal } from './dispatcher.ts'
import { isFlawlessModern, isPlainlyLegacy } from './era.ts'
import type { Fallback } from './fallback.ts'
import { incompleteInitialize, initializeReply, isInitialize, negotiate, remembered } from './handshake.ts'
import type { Identity, Inbound } from './inbound.ts'
import { answerWithSdk, startWithSdk } from './joining.ts'
import * as protocol from './protocol.ts'
import { isMessage, type Message } from './protocol.ts'
import { createRunning } from './running.ts'
import type { ServerCard } from './server-card.ts'
import type { Session, Sessions } from './sessions.ts'
import type { Streams } from './streams.ts'

/** Streamable HTTP (2025-03-26 and later) and the stateless 2026-07-28, on one address. */
export interface Streamable {
  /** `undefined` when the answer has been written already. */
  post(inbound: Inbound, response: ServerResponse): Promise<Response | undefined>
  get(request: IncomingMessage, response: ServerResponse, identity: Identity): Promise<Response | undefined>
  end(request: IncomingMessage, response: ServerResponse, identity: Identity): undefined
}

export function createStreamable(around: {
  card: ServerCard
  /** Without a dispatcher every message goes to the SDK. */
  dispatcher: Dispatcher | undefined
  loadFallback(): Promise<Fallback>
  sessions: Sessions
  streams: Streams
}): Streamable {
  const { card, dispatcher, loadFallback, sessions, streams } = around
  return { post, get, end }

  async function post(inbound: Inbound, response: ServerResponse): Promise<Response | undefined> {
    const { body, headers } = inbound
    if (isMessage(body) && isFlawlessModern(body, headers)) return postModern(inbound, body, response)
    if (isMessage(body) && isPlainlyLegacy(body, headers)) return postLegacy(inbound, body, response)
    return postOdd(inbound, response)
  }

  async function postModern(inbound: Inbound, message: Message, response: ServerResponse) {
    const { caller, narrowing, headers } = inbound
    const running = createRunning()
    // 2026-07-28: a client that closes the response cancels the request.
    response.once('close', () => running.cancelAll())
    const answer = dispatcher?.(message, { era: 'modern', caller, narrowing, running })
    if (answer === undefined) return (await loadFallback()).serveModern(inbound)
    return answerCall(response, await answer, headers)
  }

  async function postLegacy(inbound: Inbound, message: Message, response: ServerResponse) {
    const { caller, narrowing, headers } = inbound
    const session = findSession(inbound)
    if (session === 'gone') return answerGone(response)
    if (isInitialize(message) && session === undefined) return initialize(inbound, message, response)
    if (message.method === 'initialize' && message.id !== undefined && session === undefined) {
      return answerJson(response, incompleteInitialize(message.id), headers)
    }
    if (message.method === 'notifications/cancelled') session?.running.cancel(message.params?.requestId)
    if (message.id === undefined && session?.peer === undefined) return answerNothing(response, 202)
    const running = session?.running ?? createRunning()
    const answer = dispatcher?.(message, { era: 'legacy', caller, narrowing, running })
    if (answer !== undefined) return answerCall(response, await answer, headers)
    return toSdk(session, inbound)
  }

  function initialize(inbound: Inbound, message: Message, response: ServerResponse) {
    const revision = negotiate(message.params?.protocolVersion)
    const session = sessions.create(inbound.caller, remembered(message), revision)
    if (dispatcher === undefined) {
      return loadFallback().then((fallback) => startWithSdk(fallback, session, inbound))
    }
    response.setHeader('mcp-session-id', session.id)
    return answerJson(response, initializeReply(card, message.id ?? 0, revision), inbound.headers)
  }

  /** Whatever is not a plain single message of an obvious era: batches, responses, faults, other revisions. */
  async function postOdd(inbound: Inbound, response: ServerResponse): Promise<Response | undefined> {
    const fallback = await loadFallback()
    if (fallback.eraOf(inbound.body, inbound.headers) === 'modern') return fallback.serveModern(inbound)
    const session = findSession(inbound)
    if (session === 'gone') return answerGone(response)
    if (Array.isArray(inbound.body) && !allowsBatch(session, inbound)) {
      const message = 'Batches ended with revision 2025-06-18: send one message per request.'
      return answerError(response, 400, protocol.INVALID_REQUEST, message)
    }
    return toSdk(session, inbound)
  }

  async function toSdk(session: Session | undefined, inbound: Inbound): Promise<Response> {
    const fallback = await loadFallback()
    return session === undefined ? fallback.serveOnce(inbound) : answerWithSdk(fallback, session, inbound)
  }

  async function get(request: IncomingMessage, response: ServerResponse, identity: Identity) {
    const session = findSession({ ...identity, headers: request.headers })
    if (session === 'gone') return answerGone(response)
    if (session?.peer !== undefined) {
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      return (await session.peer).listen(request.headers, identity, gone.signal)
    }
    const forget = () => {
      if (session?.stream === response) delete session.stream
    }
    if (!streams.open(response, forget)) return answerFull(response)
    if (session === undefined) return undefined
    // Newest GET wins: a dead stream behind a proxy looks alive from here.
    session.stream?.end()
    session.stream = response
    return undefined
  }

  function end(request: IncomingMessage, response: ServerResponse, identity: Identity): undefined {
    const session = findSession({ ...identity, headers: request.headers })
    if (session === undefined) return answerNothing(response, 204)
    if (session === 'gone') return answerGone(response)
    sessions.end(session)
    return answerNothing(response, 200)
  }

  function findSession({
    headers,
    caller,
  }: Pick<Inbound, 'headers' | 'caller'>): Session | 'gone' | undefined {
    const id = headers['mcp-session-id']
    if (id === undefined) return undefined
    const found = sessions.find(String(id), caller)
    return found === 'unknown' ? undefined : found
  }
}

function answerCall(response: ServerResponse, answer: string | Refusal, headers: IncomingHttpHeaders) {
  if (typeof answer === 'string') return answerJson(response, answer, headers)
  return answerRefusal(response, answer)
}

/** Batches are part of 2025-03-26 only, which is also the revision of a request that names none. */
function allowsBatch(session: Session | undefined, { headers }: Inbound): boolean {
  const revision = headers['mcp-protocol-version'] ?? session?.revision ?? '2025-03-26'
  return revision === '2025-03-26'
}

function answerGone(response: ServerResponse): undefined {
  const message = 'Session not found: send initialize to open a new one.'
  return answerError(response, 404, protocol.SESSION_NOT_FOUND, message)
}
