import { connect, type Socket } from 'node:net'
import { requestBytes } from './connection.ts'
import { headersFor } from './messages.ts'

/** An open event stream. Only the latest handler hears its events. */
export interface EventStream {
  /** Header fields in lower case. */
  readonly head: string
  onEvent(handler: (event: string) => void): void
  close(): void
}

/** @throws Error when the answer is not 200 */
export function openEventStream(
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<EventStream> {
  return new Promise((opened, refused) => {
    const { authorization = '' } = headersFor('sse')
    const all = { authorization, accept: 'text/event-stream', ...headers }
    const socket: Socket = connect(port, '127.0.0.1', () => void socket.write(requestBytes('GET', path, all)))
    socket.setNoDelay(true)
    let head: string | undefined
    let rest = ''
    let handle: ((event: string) => void) | undefined
    const deliver = () => {
      if (handle === undefined) return
      for (let end = rest.indexOf('\n\n'); end !== -1; end = rest.indexOf('\n\n')) {
        const event = rest.slice(0, end)
        rest = rest.slice(end + 2)
        handle(event)
      }
    }
    socket.on('error', refused)
    socket.on('close', () => refused(new Error('the server closed the stream')))
    socket.on('data', (chunk) => {
      // Windows line ends within chunks belong to chunked coding or to servers that write them; both are dropped.
      rest += chunk.toString('latin1')
      if (head === undefined) {
        const end = rest.indexOf('\r\n\r\n')
        if (end === -1) return
        head = rest.slice(0, end).toLowerCase()
        rest = rest.slice(end + 4)
        if (!head.startsWith('http/1.1 200'))
          return refused(new Error(`the stream was refused: ${head.slice(0, 40)}`))
        opened({
          head,
          onEvent(handler) {
            handle = handler
            deliver()
          },
          close: () => void socket.destroy(),
        })
      }
      deliver()
    })
  })
}

/** The `data` line of an event, without what chunked coding put around it. */
export function dataOf(event: string): string | undefined {
  return /^data: (.*)$/m.exec(event)?.[1]?.trim()
}
