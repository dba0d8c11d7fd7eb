import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { errorReply } from './protocol.ts'
import { messageFrame } from './streams.ts'

/** A JSON-RPC reply as JSON, or as one server-sent event for a client that takes nothing else. */
export function answerJson(response: ServerResponse, json: string, headers: IncomingHttpHeaders): undefined {
  const { accept } = headers
  if (accept?.includes('text/event-stream') && !accept.includes('json') && !accept.includes('*/*')) {
    return write(response, 200, 'text/event-stream', messageFrame(json))
  }
  return write(response, 200, 'application/json', json)
}

export function answerError(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
): undefined {
  return write(response, status, 'application/json', errorReply(null, code, message))
}

export function answerNothing(response: ServerResponse, status: number): undefined {
  response.writeHead(status).end()
  return undefined
}

function write(response: ServerResponse, status: number, type: string, body: string): undefined {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
  return undefined
}
