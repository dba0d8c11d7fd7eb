import { join } from 'node:path'

/** How a client talks: 2025-11-25 with a session, 2026-07-28 without, or HTTP+SSE of 2024-11-05. */
export type Wire = 'session' | 'stateless' | 'sse'

export const WIRES: Readonly<Record<Wire, string>> = {
  session: '2025-11-25, Streamable HTTP with a session',
  stateless: '2026-07-28, stateless',
  sse: '2024-11-05, HTTP+SSE',
}

/** One server that can be started with the bench's tools. */
export interface Contender {
  readonly id: string
  readonly title: string
  readonly wires: readonly Wire[]
  /** The arguments of Node. */
  command(port: number, wire: Wire): readonly string[]
  /** Every session is a process: many at once would measure the machine's memory. */
  readonly processPerSession?: readonly Wire[]
  /** Something between the client and a stdio server in a child process. */
  readonly isBridge?: boolean
}

const HERE = import.meta.dirname
const RIVALS = join(HERE, 'rivals')
const STDIO = join(RIVALS, 'stdio.mjs')
const bin = (path: string) => join(RIVALS, 'node_modules', path)

export const FLOOR = 'floor'
export const MOSTIK = 'mostik'
/** The official SDK alone on each wire: what `× SDK` divides by. */
export const SDK: Readonly<Record<Wire, string>> = { session: 'sdk-2', stateless: 'sdk-2', sse: 'sdk-1' }

export const CONTENDERS: readonly Contender[] = [
  {
    id: FLOOR,
    title: 'floor (node:http)',
    wires: ['session', 'stateless', 'sse'],
    command: () => [join(HERE, 'servers', 'floor.mjs')],
  },
  {
    id: 'sdk-2',
    title: 'SDK 2.4.0 alone',
    wires: ['session', 'stateless'],
    command: () => [join(RIVALS, 'sdk-2.mjs')],
  },
  {
    id: 'sdk-1',
    title: 'SDK 1.32.2 alone',
    wires: ['sse'],
    command: () => [join(RIVALS, 'sdk-1-sse.mjs')],
  },
  {
    id: 'fastmcp',
    title: 'fastmcp 4.20.16',
    wires: ['session', 'sse'],
    command: () => [join(RIVALS, 'fastmcp.mjs')],
  },
  {
    id: 'supergateway',
    title: 'supergateway 4.0.0',
    wires: ['session', 'stateless', 'sse'],
    processPerSession: ['session', 'stateless'],
    isBridge: true,
    command: (port, wire) => [
      bin('supergateway/dist/index.js'),
      ...['--stdio', `"${process.execPath}" "${STDIO}"`, '--port', String(port), '--logLevel', 'none'],
      ...(wire === 'sse' ? [] : ['--outputTransport', 'streamableHttp', '--stateful']),
    ],
  },
  {
    id: 'mcp-proxy',
    title: 'mcp-proxy 6.7.19',
    wires: ['session', 'stateless', 'sse'],
    isBridge: true,
    command: (port) => [
      bin('mcp-proxy/dist/bin/mcp-proxy.mjs'),
      ...['--port', String(port), '--host', '127.0.0.1', '--', process.execPath, STDIO],
    ],
  },
  {
    id: MOSTIK,
    title: 'Mostik',
    wires: ['session', 'stateless', 'sse'],
    command: () => [join(HERE, 'dist', 'bench', 'servers', 'start-mostik.js')],
  },
]

/** Mostik without a build, as `npm start` runs it: differs in its start alone. */
export const FROM_SOURCE: Contender = {
  id: 'mostik-source',
  title: 'Mostik from TypeScript',
  wires: ['session'],
  command: () => [join(HERE, 'servers', 'start-mostik.ts')],
}

export function titleOf(server: string): string {
  return [...CONTENDERS, FROM_SOURCE].find(({ id }) => id === server)?.title ?? server
}

export function contendersOn(wire: Wire): Contender[] {
  return CONTENDERS.filter(({ wires }) => wires.includes(wire))
}

/** The path of the MCP endpoint; for HTTP+SSE, of the stream. */
export function pathOf(wire: Wire): string {
  return wire === 'sse' ? '/sse' : '/mcp'
}
