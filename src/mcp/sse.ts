import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { callerKey } from '../kernel/caller.ts'
import type { Log } from '../kernel/log.ts'
import { failureOf } from '../kernel/outcome.ts'
import type { Narrowing } from '../policy/narrowing.ts'
import { answerError, answerFull } from './answers.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Fallback, SsePeer } from './fallback.ts'
import {
  INITIALIZED,
  incompleteInitialize,
  initializeReply,
  isInitialize,
  negotiate,
  remembered,
} from './handshake.ts'
import type { Identity, Inbound } from './inbound.ts'
import * as protocol from './protocol.ts'
import { errorReply, isMessage, type Message } from './protocol.ts'
import { createRunning, type Running } from './running.ts'
import type { ServerCard } from './server-card.ts'
import { messageFrame, type Streams, writeFrame } from './streams.ts'

interface Connection {
  readonly owner: string
  /** What the address of the stream asked for holds for all its messages. */
  readonly narrowing: Narrowing
  readonly running: Running
  /** Requests that their client took back: they get no answer (2025-11-25, cancellation). */
  readonly cancelled: Set<unknown>
  send(json: string): void
  initialize?: Message
  peer?: Promise<SsePeer>
}

/** HTTP+SSE (2024-11-05): answers travel on the stream that `GET` opened, requests by `POST` to its endpoint. */
export interface Sse {
  open(response: ServerResponse, identity: Identity, endpoint: string): undefined
  post(inbound: Inbound, sessionId: string | null, response: ServerResponse): Promise<undefined>
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
  return { open, post }

  function open(response: ServerResponse, { caller, narrowing }: Identity, endpoint: string): undefined {
    const id = randomUUID()
    if (!streams.open(response, () => close(id))) return answerFull(response)
    connections.set(id, {
      owner: callerKey(caller),
      narrowing,
      running: createRunning(),
      cancelled: new Set(),
      send: (json) => void writeFrame(response, messageFrame(json)),
    })
    writeFrame(response, `event: endpoint\ndata: ${endpoint}?sessionId=${id}\n\n`)
    return undefined
  }

  function close(id: string): void {
    const connection = connections.get(id)
    connections.delete(id)
    connection?.running.cancelAll()
    // A peer that could not open has told so to the message that wanted it.
    connection?.peer?.then((peer) => peer.close()).catch(() => undefined)
  }

  async function post(
    inbound: Inbound,
    sessionId: string | null,
    response: ServerResponse,
  ): Promise<undefined> {
    const connection = connections.get(sessionId ?? '')
    if (connection === undefined || connection.owner !== callerKey(inbound.caller)) {
      const message = 'Session not found: open the event stream again.'
      return answerError(response, 404, protocol.SESSION_NOT_FOUND, message)
    }
    const { body } = inbound
    if (!isMessage(body) && !isResponse(body)) {
      return answerError(response, 400, protocol.INVALID_REQUEST, 'The body is not one JSON-RPC message.')
    }
    response.writeHead(202, { 'content-type': 'text/plain', 'content-length': 8 }).end('Accepted')
    // The request is accepted already: what fails from here on is told on the stream.
    await deliver(connection, body, inbound).catch((error) => {
      const { hint = '' } = failureOf(error, (incident, cause) => log.error({ incident, err: cause }, 'bug'))
      if (!isMessage(body) || body.id === undefined) return
      connection.send(errorReply(body.id, protocol.INTERNAL_ERROR, `Internal error. ${hint}`))
    })
    return undefined
  }

  async function deliver(connection: Connection, body: Message | object, { caller }: Inbound): Promise<void> {
    const { narrowing, running, cancelled, send } = connection
    if (isMessage(body)) {
      if (body.method === 'notifications/cancelled' && running.cancel(body.params?.requestId)) {
        cancelled.add(body.params?.requestId)
      }
      if (dispatcher !== undefined && connection.peer === undefined) {
        if (body.id === undefined) return undefined
        if (isInitialize(body)) {
          connection.initialize = remembered(body)
          return send(initializeReply(card, body.id, negotiate(body.params?.protocolVersion)))
        }
        if (body.method === 'initialize') return send(incompleteInitialize(body.id))
      }
      const answer = dispatcher?.(body, { era: 'legacy', caller, narrowing, running })
      if (answer !== undefined) {
        const said = await answer
        // The request was accepted before: here the answer has no status of its own.
        return cancelled.delete(body.id) ? undefined : send(typeof said === 'string' ? said : said.result)
      }
    }
    connection.peer ??= join(connection, { caller, narrowing }).catch((error) => {
      delete connection.peer
      throw error
    })
    const peer = await connection.peer
    peer.deliver(body, { caller, narrowing })
  }

  /** The SDK joins by hearing what the client said at the start; its answer to that is not sent again. */
  async function join({ initialize, send }: Connection, identity: Identity): Promise<SsePeer> {
    const fallback = await loadFallback()
    if (initialize === undefined) return fallback.openSsePeer(send)
    let isReplaying = true
    const heard = Promise.withResolvers<void>()
    const peer = await fallback.openSsePeer((json) => {
      if (!isReplaying) return send(json)
      isReplaying = false
      heard.resolve()
    })
    peer.deliver(initialize, identity)
    await heard.promise
    peer.deliver(INITIALIZED, identity)
    return peer
  }
}

function isResponse(body: unknown): body is object {
  return (
    protocol.isObject(body) && body.jsonrpc === '2.0' && ('result' in body || 'error' in body) && 'id' in body
  )
}
