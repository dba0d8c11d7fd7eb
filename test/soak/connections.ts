import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { pause } from './good-client.ts'
import { echo, initialize, later, odd } from './messages.ts'
import type { Report } from './report.ts'
import { inParallel } from './seeded.ts'
import { ask, type Target } from './target.ts'

const headerOf = ({ token }: Target): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` }

/** Sessions opened and dropped: half with `DELETE`, some after the SDK has joined them, some while it joins. */
export async function openSessions(target: Target, report: Report, count: number) {
  await inParallel(count, 32, async (index) => {
    const { status, headers } = await ask(target, { body: JSON.stringify(initialize(index)) })
    const id = String(headers['mcp-session-id'])
    report.expect(status === 200, `${target.name}: initialize answered ${status}`)
    const session = { 'mcp-session-id': id }
    const joining =
      index % 50 === 0 ? ask(target, { body: JSON.stringify(odd(1)), headers: session }) : undefined
    if (index % 100 === 0) await joining
    if (index % 2 === 0) {
      const ended = await ask(target, { method: 'DELETE', headers: session })
      report.expect(ended.status === 200, `${target.name}: DELETE answered ${ended.status}`)
    }
    const answer = await joining
    if (answer !== undefined)
      report.expect(
        answer.status < 500 && answer.status > 0,
        `${target.name}: joining answered ${answer.status} ${answer.text}`,
      )
  })
  report.line(`${target.name}: ${count} sessions opened`)
}

/** Event streams opened and dropped in waves; some in the middle of a call, some of sessions, some never read. */
export async function openStreams(target: Target, report: Report, count: number, wave: number) {
  for (let opened = 0; opened < count; opened += wave) {
    const streams = await Promise.all(
      Array.from({ length: wave }, (_, index) =>
        openStream(target, index % 3 === 0 ? { 'mcp-session-id': 'x' } : {}),
      ),
    )
    const refused = streams.filter(({ status }) => status !== 200).length
    report.expect(refused === 0, `${target.name}: ${refused} of ${wave} streams were refused`)
    await inParallel(Math.floor(wave / 10), 10, async (index) => {
      const messages = streams[index]?.endpoint
      if (messages === undefined) return
      await ask(target, { path: messages, body: JSON.stringify(initialize(1, '2024-11-05')) })
      await ask(target, { path: messages, body: JSON.stringify(index % 2 === 0 ? later(2, 300) : odd(3)) })
    })
    for (const { drop } of streams) drop()
  }
  report.line(`${target.name}: ${count} event streams opened and dropped`)
}

interface OpenStream {
  readonly status: number
  readonly endpoint?: string
  drop(): void
}

function openStream(target: Target, headers: Record<string, string>): Promise<OpenStream> {
  return new Promise((resolve) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: target.port,
      path: '/mcp',
      agent: false,
      headers: { accept: 'text/event-stream', ...headerOf(target), ...headers },
    })
    const drop = () => void outgoing.destroy()
    outgoing.on('error', () => resolve({ status: 0, drop }))
    outgoing.on('response', (incoming) => {
      incoming.on('error', () => undefined)
      const { statusCode: status = 0 } = incoming
      if (status !== 200 || 'mcp-session-id' in headers) return resolve({ status, drop })
      incoming.once('data', (chunk) => {
        const endpoint = /data: (\S+)/.exec(String(chunk))?.[1]
        incoming.pause()
        resolve({ status, drop, ...(endpoint !== undefined && { endpoint }) })
      })
    })
    outgoing.end()
  })
}

/** Sockets that never finish what they began; they stay until `release`. */
export async function holdHalfOpen(target: Target, count: number): Promise<{ release(): void }> {
  const begun = [
    '',
    'POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
    `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${authorization(target)}Content-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{"jsonrpc":`,
    `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${authorization(target)}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"jso`,
    `GET /sse HTTP/1.1\r\nHost: localhost\r\n${authorization(target)}Accept: text/event-stream\r\n\r\n`.repeat(
      20,
    ),
  ]
  const sockets: Socket[] = []
  for (let index = 0; index < count; index += 1) {
    const socket = connect(target.port, '127.0.0.1', () => socket.write(begun[index % begun.length] ?? ''))
    socket.on('error', () => undefined)
    socket.pause()
    sockets.push(socket)
    if (index % 50 === 0) await pause(5)
  }
  const drip = setInterval(() => {
    for (const [index, socket] of sockets.entries()) if (index % 5 === 1 && socket.writable) socket.write('x')
  }, 500)
  return {
    release() {
      clearInterval(drip)
      for (const socket of sockets) socket.destroy()
    },
  }
}

const authorization = ({ token }: Target) => (token === undefined ? '' : `Authorization: Bearer ${token}\r\n`)

/** Clients that go away in the middle of a call, on every way a call can go. */
export async function abortCalls(target: Target, report: Report, count: number) {
  await inParallel(count, 40, async (index) => {
    const ways = [later(1, 200), later(1, 200, { progressToken: 1 }), [later(1, 200), later(2, 200)]]
    const way = ways[index % ways.length]
    await ask(target, { body: JSON.stringify(way), timeoutMs: 10 + (index % 60) })
  })
  report.line(`${target.name}: ${count} calls aborted`)
}

/** Clients that send and send, and never read their event stream: the server drops them, and keeps working. */
export async function neverRead(target: Target, report: Report, count: number) {
  const streams = await Promise.all(Array.from({ length: count }, () => openStream(target, {})))
  const body = JSON.stringify(echo(1, 'x'.repeat(400_000)))
  let dropped = 0
  await inParallel(count, 8, async (index) => {
    const { endpoint } = streams[index] ?? {}
    for (let sent = 0; endpoint !== undefined && sent < 25; sent += 1) {
      const { status } = await ask(target, { path: endpoint, body })
      if (status === 404) {
        dropped += 1
        return
      }
    }
  })
  report.expect(dropped === count, `${target.name}: only ${dropped} of ${count} deaf streams were dropped`)
  for (const { drop } of streams) drop()
}
