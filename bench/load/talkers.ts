import type { Wire } from '../contenders.ts'
import { lastToolName } from '../servers/tools.mjs'
import { type Answer, type Connection, openConnection, requestBytes } from './connection.ts'
import { dataOf, openEventStream } from './event-stream.ts'
import {
  FIRST_ID,
  headersFor,
  ID_PLACE,
  INITIALIZED,
  initializeFor,
  type Method,
  requestFor,
} from './messages.ts'

export interface Target {
  readonly wire: Wire
  readonly port: number
  readonly path: string
  readonly tools: number
  /** Else the one that every server is started with. */
  readonly token?: string
}

/** One client in a closed loop: `exchange` sends a request and resolves with the size of its checked answer. */
export interface Talker {
  exchange(): Promise<number>
  close(): void
  /** Messages that were meant for other clients (HTTP+SSE). */
  readonly foreign: number
}

let nextId = FIRST_ID

export function openTalker(target: Target, method: Method): Promise<Talker> {
  return target.wire === 'sse' ? talkOverSse(target, method) : talkOverPost(target, method)
}

async function talkOverPost(target: Target, method: Method): Promise<Talker> {
  const { wire, port, path, tools, token } = target
  const connection = await openConnection(port)
  const headers = headersFor(wire, method, token)
  if (wire === 'session') headers['mcp-session-id'] = await openSession(connection, path)
  const request = template(path, headers, wire, method)
  const mark = markOf(method, tools)
  return {
    async exchange() {
      const id = request.next()
      const { status, body } = await connection.send(request.bytes)
      if (status !== 200 || body.indexOf(mark) === -1 || body.indexOf(`"id":${id}`) === -1) {
        throw new Error(`wrong answer ${status}: ${body.toString().slice(0, 300)}`)
      }
      return body.length
    },
    close: () => connection.close(),
    foreign: 0,
  }
}

/** Opens a 2025 session and gives its id. */
export async function openSession(connection: Connection, path: string): Promise<string> {
  const headers = headersFor('session')
  const answer = await connection.send(requestBytes('POST', path, headers, initializeFor('session')))
  const id = /mcp-session-id: *([^\r\n]+)/.exec(answer.head)?.[1]
  if (answer.status !== 200 || id === undefined) throw new Error(`initialize failed: ${explain(answer)}`)
  const noted = await connection.send(
    requestBytes('POST', path, { ...headers, 'mcp-session-id': id }, INITIALIZED),
  )
  if (noted.status >= 300) throw new Error(`initialized failed: ${explain(noted)}`)
  return id
}

async function talkOverSse({ port, path, tools }: Target, method: Method): Promise<Talker> {
  const stream = await openEventStream(port, path)
  const waiting = new Map<number, (data: string) => void>()
  let foreign = 0
  const messages = await new Promise<string>((resolve) => {
    stream.onEvent((event) => {
      const data = dataOf(event)
      if (data === undefined) return
      if (event.includes('event: endpoint')) return resolve(data.replace(/^https?:\/\/[^/]+/, ''))
      const id = Number(/"id":(\d+)/.exec(data.slice(0, 60))?.[1] ?? /"id":(\d+)/.exec(data.slice(-60))?.[1])
      const take = waiting.get(id)
      if (take === undefined) foreign += 1
      else {
        waiting.delete(id)
        take(data)
      }
    })
  })
  const connection = await openConnection(port)
  const headers = headersFor('sse')
  const mark = markOf(method, tools)
  const ask = async (id: number, bytes: Buffer) => {
    const answer = new Promise<string>((resolve) => waiting.set(id, resolve))
    const accepted = await connection.send(bytes)
    if (accepted.status >= 300) throw new Error(`wrong answer: ${explain(accepted)}`)
    return answer
  }
  const first = nextId++
  await ask(first, requestBytes('POST', messages, headers, initializeFor('sse', first)))
  await connection.send(requestBytes('POST', messages, headers, INITIALIZED))
  const request = template(messages, headers, 'sse', method)
  return {
    async exchange() {
      const data = await ask(request.next(), request.bytes)
      if (!data.includes(mark)) throw new Error(`wrong answer: ${data.slice(0, 300)}`)
      return data.length
    },
    close() {
      stream.close()
      connection.close()
    },
    get foreign() {
      return foreign
    },
  }
}

/** The bytes of one request, whose id is overwritten for each exchange. */
function template(path: string, headers: Record<string, string>, wire: Wire, method: Method) {
  const bytes = requestBytes('POST', path, headers, requestFor(wire, method))
  const at = bytes.lastIndexOf(String(ID_PLACE))
  return {
    bytes,
    next() {
      const id = nextId++
      bytes.write(String(id), at, 'latin1')
      return id
    },
  }
}

function markOf(method: Method, tools: number): string {
  return method === 'tools/call' ? 'lazy dog' : lastToolName(tools)
}

function explain({ status, body }: Answer): string {
  return `${status} ${body.toString().slice(0, 300)}`
}
