import { openConnection } from './connection.ts'
import { type EventStream, openEventStream } from './event-stream.ts'
import { openSession, type Target } from './talkers.ts'

/** Clients that have connected and now wait. */
export interface CrowdOrder {
  readonly target: Target
  /** `sessions` opens 2025 sessions; `session streams` opens a `GET` stream on sessions without one; `streams` is HTTP+SSE. */
  readonly what: 'sessions' | 'session streams' | 'streams'
  readonly count: number
  readonly atOnce: number
}

const sessions: string[] = []
const streams: EventStream[] = []

export async function gather({ target, what, count, atOnce }: CrowdOrder): Promise<void> {
  const { port, path } = target
  let left = count
  const worker = async () => {
    const connection = what === 'sessions' ? await openConnection(port) : undefined
    while (left > 0) {
      left -= 1
      if (connection !== undefined) sessions.push(await openSession(connection, path))
      else streams.push(await openEventStream(port, path, headersOf(what)))
    }
    connection?.close()
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker))
}

export function dismiss(): void {
  for (const stream of streams) stream.close()
  streams.length = 0
  sessions.length = 0
}

function headersOf(what: CrowdOrder['what']): Record<string, string> {
  if (what === 'streams') return {}
  const id = sessions.pop()
  if (id === undefined) throw new Error('there is no session left to open a stream on')
  return { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' }
}
