import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerError, answerJson, answerNothing } from './answers.ts'
import { type Dispatcher, initializeReply, negotiate } from './dispatcher.ts'
import { isFlawlessModern, isInitialize, isPlainlyLegacy } from './era.ts'
import { type Fallback, INITIALIZED, type Peer } from './fallback.ts'
import type { Identity, Inbound } from './inbound.ts'
import * as protocol from './protocol.ts'
import { isMessage, isObject, type Message } from './protocol.ts'
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
    if (!isMessage(body)) return postOdd(inbound, response)
    if (isFlawlessModern(body, headers)) {
      const running = createRunning()
      // 2026-07-28: a client that closes the response cancels the request.
      response.once('close', () => running.cancelAll())
      const answer = dispatcher?.(body, { era: 'modern', ...identityOf(inbound), running })
      if (answer === undefined) return (await loadFallback()).serveModern(inbound)
      return answerJson(response, await answer, headers)
    }
    if (!isPlainlyLegacy(body, headers)) return postOdd(inbound, response)
    return postLegacy(inbound, body, response)
  }

  /** Whatever is not a plain single message of an obvious era: batches, responses, faults, other revisions. */
  async function postOdd(inbound: Inbound, response: ServerResponse): Promise<Response | undefined> {
    const fallback = await loadFallback()
    if (fallback.eraOf(inbound.body, inbound.headers) === 'modern') return fallback.serveModern(inbound)
    const session = findSession(inbound)
    if (session === 'gone') return answerGone(response)
    if (Array.isArray(inbound.body) && !allowsBatch(session, inbound)) {
      return answerError(
        response,
        400,
        protocol.INVALID_REQUEST,
        'Batches ended with revision 2025-06-18: send one message per request.',
      )
    }
    return toSdk(fallback, session, inbound)
  }

  async function postLegacy(inbound: Inbound, message: Message, response: ServerResponse) {
    const session = findSession(inbound)
    if (session === 'gone') return answerGone(response)
    if (dispatcher === undefined && message.method === 'initialize') return startWithSdk(inbound, message)
    if (isInitialize(message) && session === undefined) {
      const revision = negotiate(message.params?.protocolVersion)
      const created = sessions.create(inbound.caller, message, revision)
      response.setHeader('mcp-session-id', created.id)
      return answerJson(response, initializeReply(card, message.id ?? 0, revision), inbound.headers)
    }
    if (message.method === 'notifications/cancelled') session?.running.cancel(message.params?.requestId)
    if (message.id === undefined && session?.peer === undefined) return answerNothing(response, 202)
    const running = session?.running ?? createRunning()
    const answer = dispatcher?.(message, { era: 'legacy', ...identityOf(inbound), running })
    if (answer !== undefined) return answerJson(response, await answer, inbound.headers)
    return toSdk(await loadFallback(), session, inbound)
  }

  /** In the mode without a dispatcher the SDK speaks from the first message. */
  async function startWithSdk(inbound: Inbound, message: Message): Promise<Response> {
    const fallback = await loadFallback()
    if (!isInitialize(message)) return fallback.serveOnce(inbound)
    const session = sessions.create(inbound.caller, message, protocol.LATEST_LEGACY_REVISION)
    session.peer = fallback.openPeer(session.id)
    return (await session.peer).post(inbound)
  }

  async function toSdk(
    fallback: Fallback,
    session: Session | undefined,
    inbound: Inbound,
  ): Promise<Response> {
    if (session === undefined) return fallback.serveOnce(inbound)
    session.peer ??= wake(fallback, session, inbound).catch((error) => {
      delete session.peer
      throw error
    })
    const peer = await session.peer
    // Some clients run several conversations over one session with the same ids. The SDK routes answers by id, so
    // a request whose id is taken is served on its own.
    if (isObject(inbound.body) && inbound.body.method !== undefined && peer.inFlight.has(inbound.body.id)) {
      return fallback.serveOnce(inbound)
    }
    return peer.post(inbound)
  }

  /** The SDK joins a running session by hearing what the client said at its start. */
  async function wake(fallback: Fallback, session: Session, identity: Identity): Promise<Peer> {
    const peer = await fallback.openPeer(session.id)
    for (const body of [session.initialize, INITIALIZED]) {
      const said = { ...identity, url: '/mcp', body, text: JSON.stringify(body), signal: neverAborted }
      const headers = { 'content-type': 'application/json', 'mcp-session-id': session.id }
      const answer = await peer.post({
        ...said,
        headers: body.method === 'initialize' ? { 'content-type': 'application/json' } : headers,
      })
      await answer.text()
    }
    // The client opens its stream again, and meets the SDK's.
    session.stream?.end()
    return peer
  }

  async function get(request: IncomingMessage, response: ServerResponse, identity: Identity) {
    const session = findSession({ ...identity, headers: request.headers })
    if (session === 'gone') return answerGone(response)
    if (session?.peer !== undefined) {
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      return (await session.peer).listen(request.headers, identity, gone.signal)
    }
    // Newest GET wins: a dead stream behind a proxy looks alive from here.
    session?.stream?.end()
    streams.open(response, () => {
      if (session?.stream === response) delete session.stream
    })
    if (session !== undefined) session.stream = response
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

function identityOf({ caller, narrowing }: Inbound): Identity {
  return { caller, narrowing }
}

/** Batches are part of 2025-03-26 only, which is also the revision of a request that names none. */
function allowsBatch(session: Session | undefined, { headers }: Inbound): boolean {
  const revision = headers['mcp-protocol-version'] ?? session?.revision ?? '2025-03-26'
  return revision === '2025-03-26'
}

function answerGone(response: ServerResponse): undefined {
  return answerError(
    response,
    404,
    protocol.SESSION_NOT_FOUND,
    'Session not found: send initialize to open a new one.',
  )
}

const neverAborted = () => new AbortController().signal
