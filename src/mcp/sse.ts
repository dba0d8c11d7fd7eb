import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { callerKey } from '../kernel/caller.ts'
import type { Log } from '../kernel/log.ts'
import { failureOf } from '../kernel/outcome.ts'
import { answerError } from './answers.ts'
import { type Dispatcher, initializeReply, negotiate } from './dispatcher.ts'
import { isInitialize } from './era.ts'
import type { Fallback, SsePeer } from './fallback.ts'
import type { Identity, Inbound } from './inbound.ts'
import * as protocol from './protocol.ts'
import { errorReply, isMessage, type Message } from './protocol.ts'
import { createRunning, type Running } from './running.ts'
import type { ServerCard } from './server-card.ts'
import { messageFrame, type Streams, writeFrame } from './streams.ts'

interface Connection {
  readonly owner: string
  /** What the address of the stream asked for holds for all its messages. */
  readonly identity: Identity
  readonly response: ServerResponse
  readonly running: Running
  initialize?: Message
  peer?: Promise<SsePeer>
}

/** Streams at once; one more is refused, since closing somebody else's would break a client that did nothing wrong. */
const MAX_CONNECTIONS = 10_000

/** HTTP+SSE (2024-11-05): answers travel on the stream that `GET` opened, requests by `POST` to its endpoint. */
export interface Sse {
  open(response: ServerResponse, identity: Identity, endpoint: string): undefined
  post(inbound: Inbound, sessionId: string | null, response: ServerResponse): Promise<undefined>
  readonly size: number
  readonly running: number
}

export function createSse(around: {
  card: ServerCard
  dispatcher: Dispatcher | undefined
  loadFallback(): Promise<Fallback>
  streams: Streams
  log: Log
}): Sse {
  const { card, dispatcher, loadFallback, streams, log } = around
  const connections = new Map<string, Connection>()

  function open(response: ServerResponse, identity: Identity, endpoint: string): undefined {
    if (connections.size >= MAX_CONNECTIONS) {
      response.setHeader('retry-after', '60')
      return answerError(
        response,
        503,
        protocol.SERVER_ERROR,
        'Too many open streams: try again in a minute.',
      )
    }
    const id = randomUUID()
    const connection = { owner: callerKey(identity.caller), identity, response, running: createRunning() }
    connections.set(id, connection)
    streams.open(response, () => close(id))
    writeFrame(
      response,
      `event: endpoint\ndata: ${endpoint}${endpoint.includes('?') ? '&' : '?'}sessionId=${id}\n\n`,
    )
    return undefined
  }

  function close(id: string): void {
    const connection = connections.get(id)
    connections.delete(id)
    connection?.running.cancelAll()
    connection?.peer
      ?.then((peer) => peer.close())
      .catch((error) => log.warn({ err: error }, 'peer not closed'))
  }

  async function post(
    inbound: Inbound,
    sessionId: string | null,
    response: ServerResponse,
  ): Promise<undefined> {
    const connection = connections.get(sessionId ?? '')
    if (connection === undefined || connection.owner !== callerKey(inbound.caller)) {
      return answerError(
        response,
        404,
        protocol.SESSION_NOT_FOUND,
        'Session not found: open the event stream again.',
      )
    }
    const { body } = inbound
    if (!isMessage(body) && !isResponse(body)) {
      return answerError(response, 400, protocol.INVALID_REQUEST, 'The body is not one JSON-RPC message.')
    }
    response.writeHead(202, { 'content-type': 'text/plain' }).end('Accepted')
    // The request is accepted already: what fails from here on is told on the stream.
    await deliver(connection, body).catch((error) => {
      const { hint = '' } = failureOf(error, (incident, cause) => log.error({ incident, err: cause }, 'bug'))
      if (!isMessage(body) || body.id === undefined) return
      writeFrame(
        connection.response,
        messageFrame(errorReply(body.id, protocol.INTERNAL_ERROR, `Internal error. ${hint}`)),
      )
    })
    return undefined
  }

  async function deliver(connection: Connection, body: Message | object): Promise<void> {
    const send = (json: string) => void writeFrame(connection.response, messageFrame(json))
    if (isMessage(body) && dispatcher !== undefined && connection.peer === undefined) {
      if (isInitialize(body)) {
        connection.initialize = body
        return send(initializeReply(card, body.id ?? 0, negotiate(body.params?.protocolVersion)))
      }
      if (body.method === 'notifications/cancelled') return connection.running.cancel(body.params?.requestId)
      if (body.id === undefined) return undefined
    }
    if (isMessage(body)) {
      const answer = dispatcher?.(body, {
        era: 'legacy',
        ...connection.identity,
        running: connection.running,
      })
      if (answer !== undefined) return send(await answer)
    }
    connection.peer ??= join(connection, send)
    const peer = await connection.peer
    peer.deliver(body, connection.identity)
  }

  /** The SDK joins by hearing what the client said at the start; its answer to that is not sent again. */
  async function join(connection: Connection, send: (json: string) => void): Promise<SsePeer> {
    let isReplaying = connection.initialize !== undefined
    const joined = Promise.withResolvers<void>()
    const peer = await (await loadFallback()).openSsePeer((json) => {
      if (!isReplaying) return send(json)
      isReplaying = false
      joined.resolve()
    })
    if (connection.initialize === undefined) return peer
    peer.deliver(connection.initialize, connection.identity)
    await joined.promise
    peer.deliver({ jsonrpc: '2.0', method: 'notifications/initialized' }, connection.identity)
    return peer
  }

  return {
    open,
    post,
    get size() {
      return connections.size
    },
    get running() {
      let count = 0
      for (const { running } of connections.values()) count += running.size
      return count
    },
  }
}

function isResponse(body: unknown): body is object {
  return (
    protocol.isObject(body) && body.jsonrpc === '2.0' && ('result' in body || 'error' in body) && 'id' in body
  )
}
