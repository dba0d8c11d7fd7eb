import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Caller } from '../kernel/caller.ts'
import type { Narrowing } from '../policy/narrowing.ts'

/** On whose behalf, and how much of the surface. */
export interface Identity {
  readonly caller: Caller
  readonly narrowing: Narrowing
}

/** One POST with its body read and parsed. */
export interface Inbound extends Identity {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: unknown
  /** Aborted when the client goes away. */
  signal(): AbortSignal
}

/** 4 MiB: the limit of the MCP SDKs' HTTP entry points. */
const MAX_BODY_BYTES = 4 * 1024 * 1024

/**
 * Reads a request body as text, or says that it is larger than `MAX_BODY_BYTES` without keeping it. Rejects when
 * the client goes away before the end.
 */
export function readBody(incoming: IncomingMessage): Promise<string | 'too large'> {
  if (Number(incoming.headers['content-length']) > MAX_BODY_BYTES) return Promise.resolve('too large')
  return new Promise((resolve, reject) => {
    let body: Buffer = Buffer.alloc(0)
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      if (size === 0) body = chunk
      else body = append(body, size, chunk)
      size += chunk.length
      if (size <= MAX_BODY_BYTES) return
      incoming.removeAllListeners('data')
      incoming.resume()
      body = Buffer.alloc(0)
      resolve('too large')
    })
    // Some programs begin their JSON with a byte order mark.
    incoming.on('end', () => resolve(body.toString('utf8', 0, size).replace(/^\ufeff/, '')))
    incoming.on('error', reject)
    incoming.on('close', () => {
      // Every request closes: an error with its stack for each would cost more than the gate.
      if (!incoming.complete) reject(new Error('the client went away while sending'))
    })
  })
}

/** Bytes are copied: a kept chunk holds the whole buffer that it came in, hundreds of times its size at worst. */
function append(body: Buffer, size: number, chunk: Buffer): Buffer {
  const room = body.length >= size + chunk.length ? body : Buffer.allocUnsafe(2 * (size + chunk.length))
  if (room !== body) body.copy(room, 0, 0, size)
  chunk.copy(room, size)
  return room
}
