import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  /** Status line and header fields in lower case. */
  readonly head: string
  readonly body: Buffer
}

/** A kept-alive HTTP/1.1 connection with one request in flight; small, so that the generator is not what is measured. */
export interface Connection {
  send(request: Buffer): Promise<Answer>
  close(): void
}

export function openConnection(port: number): Promise<Connection> {
  return new Promise((opened, refused) => {
    const socket = connect(port, '127.0.0.1', () => opened(speak(socket)))
    socket.setNoDelay(true)
    socket.once('error', refused)
  })
}

function speak(socket: Socket): Connection {
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined
  let received: Buffer | undefined
  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = undefined
  }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  socket.on('data', (chunk) => {
    received = received === undefined ? chunk : Buffer.concat([received, chunk])
    const answer = parse(received)
    if (answer === undefined) return
    received = undefined
    const { resolve } = waiting ?? {}
    waiting = undefined
    resolve?.(answer)
  })
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      }),
    close: () => void socket.destroy(),
  }
}

/** The answer, or nothing while a part is missing. A chunked body keeps its chunk lines. */
function parse(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = bytes.toString('latin1', 0, end).toLowerCase()
  const body = bytes.subarray(end + 4)
  const length = /content-length: *(\d+)/.exec(head)?.[1]
  const isWhole =
    length !== undefined
      ? body.length >= Number(length)
      : !head.includes('transfer-encoding: chunked') || body.subarray(-5).equals(LAST_CHUNK)
  return isWhole ? { status: Number(head.slice(9, 12)), head, body } : undefined
}

const LAST_CHUNK = Buffer.from('0\r\n\r\n')

export function requestBytes(
  method: 'GET' | 'POST',
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1']
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  if (body !== undefined) lines.push(`content-length: ${Buffer.byteLength(body)}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
}
