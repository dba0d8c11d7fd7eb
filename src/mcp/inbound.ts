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

/** Reads a request body as text, or says that it is larger than `MAX_BODY_BYTES` without keeping it. */
export function readBody(incoming: IncomingMessage): Promise<string | 'too large'> {
  if (Number(incoming.headers['content-length']) > MAX_BODY_BYTES) return Promise.resolve('too large')
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined
    let chunks: Buffer[] | undefined
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_BODY_BYTES) {
        incoming.removeAllListeners('data')
        incoming.resume()
        chunks = undefined
        resolve('too large')
        return
      }
      if (first === undefined) first = chunk
      else if (chunks === undefined) chunks = [first, chunk]
      else chunks.push(chunk)
    })
    incoming.on('end', () =>
      resolve((chunks ? Buffer.concat(chunks) : (first ?? Buffer.alloc(0))).toString()),
    )
    incoming.on('error', reject)
    incoming.on('close', () => reject(new Error('the client went away while sending')))
  })
}
