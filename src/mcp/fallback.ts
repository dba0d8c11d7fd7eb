import type { IncomingHttpHeaders } from 'node:http'
import type { Identity, Inbound } from './inbound.ts'

/** What the rest of `mcp/` knows of the SDK: the messages that the dispatcher declines are answered through this. */
export interface Fallback {
  eraOf(body: unknown, headers: IncomingHttpHeaders): 'legacy' | 'modern'
  /** A 2026-07-28 request, also a faulty one. */
  serveModern(inbound: Inbound): Promise<Response>
  /** A session-era message served on its own, under the caller's authority. */
  serveOnce(inbound: Inbound): Promise<Response>
  /** The SDK's side of one Streamable HTTP session. */
  openPeer(sessionId: string): Promise<Peer>
  /** The SDK's side of one HTTP+SSE connection; `write` sends one JSON-RPC message to the client. */
  openSsePeer(write: (json: string) => void): Promise<SsePeer>
  close(): Promise<void>
}

export interface Peer {
  post(inbound: Inbound): Promise<Response>
  /** `GET`: the stream for messages that no request asked for. */
  listen(headers: IncomingHttpHeaders, identity: Identity, signal: AbortSignal): Promise<Response>
  /** Whether one of these messages has the id of a request that still waits for its answer. */
  isTaken(messages: readonly unknown[]): boolean
  /** A request waits for its answer, or the client listens. */
  readonly isBusy: boolean
  close(): Promise<void>
}

export interface SsePeer {
  deliver(message: unknown, identity: Identity): void
  close(): Promise<void>
}
