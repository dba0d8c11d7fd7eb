import type { ServerResponse } from 'node:http'

/** A client that does not read its stream is dropped when this much waits for it. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024
/** Streams at once; one more is refused, since closing another's would break a client that did nothing wrong. */
const MAX_STREAMS = 10_000
const COMMENT = Buffer.from(': keep-alive\n\n')

/** Headers of every event stream: proxies must neither keep nor rewrite it. */
export const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
} as const

export interface Streams {
  /** Starts an event stream and keeps it alive until either side closes it; false when there are too many. */
  open(response: ServerResponse, onClose: () => void): boolean
  readonly size: number
  closeAll(): void
}

/**
 * The open event streams. Comment frames go out every `keepAliveMs`, spread over the interval: one burst to
 * thousands of streams would block the process for tens of milliseconds.
 */
export function createStreams(keepAliveMs: number): Streams {
  const slots = Array.from({ length: 15 }, () => new Set<ServerResponse>())
  let opened = 0
  let size = 0
  let next = 0
  const timer = setInterval(() => {
    const slot = slots[next % slots.length]
    next += 1
    for (const response of slot ?? []) writeFrame(response, COMMENT)
  }, keepAliveMs / slots.length)
  timer.unref()

  return {
    open(response, onClose) {
      // A response without a socket waits behind another one on the same connection: pipelined streams never end.
      if (size >= MAX_STREAMS || response.socket === null) return false
      size += 1
      const slot = slots[opened % slots.length]
      opened += 1
      slot?.add(response)
      response.once('close', () => {
        size -= 1
        slot?.delete(response)
        onClose()
      })
      response.socket.setNoDelay(true)
      // The stream ends with its connection: without chunked coding a frame is one write to the socket.
      response.useChunkedEncodingByDefault = false
      response.writeHead(200, STREAM_HEADERS)
      response.flushHeaders()
      return true
    },
    get size() {
      return size
    },
    closeAll() {
      clearInterval(timer)
      for (const slot of slots) for (const response of slot) response.end()
    },
  }
}

/** Writes one frame; false when the client is gone or too slow. */
export function writeFrame(response: ServerResponse, frame: string | Buffer): boolean {
  if (response.writableEnded || response.destroyed) return false
  if (response.writableLength > MAX_WAITING_BYTES) {
    response.destroy()
    return false
  }
  response.write(frame)
  return true
}

export function messageFrame(json: string): string {
  return `event: message\ndata: ${json}\n\n`
}
