import { type IncomingMessage, request } from 'node:http'

export interface SseReader {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** The next block that arrives: a comment, or an event with its lines. */
  next(): Promise<string>
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>
  close(): void
}

/** Reads an event stream block by block, as bytes arrive. */
export function readSse(url: string, headers: Record<string, string> = {}): Promise<SseReader> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { accept: 'text/event-stream', ...headers } }, (incoming) => {
      const blocks: string[] = []
      const waiting: ((block: string) => void)[] = []
      let rest = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (text: string) => {
        const parts = (rest + text).split('\n\n')
        rest = parts.pop() ?? ''
        for (const block of parts) {
          const taker = waiting.shift()
          if (taker === undefined) blocks.push(block)
          else taker(block)
        }
      })
      const ended = new Promise<void>((end) => incoming.once('close', end))
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        next: () =>
          new Promise((take) => {
            const block = blocks.shift()
            if (block === undefined) waiting.push(take)
            else take(block)
          }),
        ended,
        close: () => outgoing.destroy(),
      })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

/** The address that an HTTP+SSE stream names for its requests. */
export async function endpointOf(reader: SseReader): Promise<string> {
  const block = await reader.next()
  const path = /^event: endpoint\ndata: (.+)$/.exec(block)?.[1]
  if (path === undefined) throw new Error(`not an endpoint event: ${block}`)
  return path
}

/** The JSON-RPC message of the next event, past comments. */
export async function messageOf(reader: SseReader): Promise<Record<string, unknown>> {
  for (;;) {
    const block = await reader.next()
    const data = /^data: (.+)$/m.exec(block)?.[1]
    if (data !== undefined) return JSON.parse(data)
  }
}
