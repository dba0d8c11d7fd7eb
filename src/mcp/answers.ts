import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { errorReply, SERVER_ERROR } from './protocol.ts'
import { messageFrame } from './streams.ts'

/** A JSON-RPC reply as JSON, or as one server-sent event for a client that takes nothing else. */
export function answerJson(response: ServerResponse, json: string, headers: IncomingHttpHeaders): undefined {
  const { accept } = headers
  if (accept?.includes('text/event-stream') && !accept.includes('json') && !accept.includes('*/*')) {
    return write(response, 200, 'text/event-stream', messageFrame(json))
  }
  return write(response, 200, 'application/json', json)
}

/** The client may ask its person to be allowed what it called (RFC 6750 §3.1). */
export function answerRefusal(
  response: ServerResponse,
  { challenge, json }: { challenge: string; json: string },
): undefined {
  response.setHeader('www-authenticate', challenge)
  return write(response, 403, 'application/json', json)
}

export function answerError(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
): undefined {
  return write(response, status, 'application/json', errorReply(null, code, message))
}

/** The answer to one stream more than the server holds. */
export function answerFull(response: ServerResponse): undefined {
  response.setHeader('retry-after', '60')
  return answerError(response, 503, SERVER_ERROR, 'Too many open streams: try again in a minute.')
}

export function answerNothing(response: ServerResponse, status: number): undefined {
  response.writeHead(status, status === 204 ? {} : { 'content-length': 0 }).end()
  return undefined
}

function write(response: ServerResponse, status: number, type: string, body: string): undefined {
  const size = Buffer.byteLength(body)
  response.writeHead(status, { 'content-type': type, 'content-length': size })
  response.end(body)
  if (size > UNWATCHED_BYTES) dropWhenStuck(response)
  return undefined
}

/** What fits the system's socket buffers leaves memory whether it is read or not. */
const UNWATCHED_BYTES = 64 * 1024
const LONGEST_READ_MS = 60_000

/** A client that asks for much and does not read it would hold the answer in memory for ever. */
function dropWhenStuck(response: ServerResponse): void {
  const timer = setTimeout(() => response.destroy(), LONGEST_READ_MS)
  timer.unref()
  response.once('close', () => clearTimeout(timer))
}
