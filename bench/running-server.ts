import { type ChildProcess, spawn } from 'node:child_process'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { type Contender, pathOf, type Wire } from './contenders.ts'

/** Also given to servers that do not ask for it. */
export const TOKEN = 'bench-token-0123456789abcdef0123456789abcdef'
const SERVER_CPU = '0'
const METER = join(import.meta.dirname, 'servers', 'meter.mjs')

export interface RunningServer {
  readonly contender: Contender
  readonly wire: Wire
  readonly port: number
  readonly path: string
  readonly pid: number
  readonly tools: number
  /** Heap after garbage collection, of the process that listens; only when started with `isWeighed`. */
  heapBytes(): Promise<number>
  stop(): Promise<void>
}

export interface StartOptions {
  readonly tools: number
  readonly isWeighed?: boolean
  /** Beside what every server gets. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Starts a server on the server CPU and waits until its port is open. */
export async function startServer(
  contender: Contender,
  wire: Wire,
  options: StartOptions,
): Promise<RunningServer> {
  const { child, port } = await spawnServer(contender, wire, options)
  const { pid = 0 } = child
  const stop = () => stopServer(child)
  try {
    await untilOpen(child, port)
  } catch (error) {
    await stop()
    throw error
  }
  // A bridge opens its port before its child is ready.
  if (contender.isBridge) await pause(800)
  return {
    contender,
    wire,
    port,
    path: pathOf(wire),
    pid,
    tools: options.tools,
    heapBytes: () => weigh(child),
    stop,
  }
}

/** The process alone, for those who time its start. */
export async function spawnServer(
  contender: Contender,
  wire: Wire,
  { tools, isWeighed = false, environment }: StartOptions,
) {
  const port = await freePort()
  const preload = isWeighed ? ['--import', METER] : []
  const words = ['-c', SERVER_CPU, process.execPath, ...preload, ...contender.command(port, wire)]
  const child = spawn('taskset', words, {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      PORT: String(port),
      NTOOLS: String(tools),
      WIRE: wire,
      API_TOKEN: TOKEN,
      ...(environment?.AUTH === 'oauth' && { PUBLIC_URL: `http://localhost:${port}` }),
      ...environment,
    },
    stdio: [
      'ignore',
      'ignore',
      process.env.BENCH_STDERR === '1' ? 'inherit' : 'ignore',
      isWeighed ? 'ipc' : 'ignore',
    ],
  })
  return { child, port }
}

export async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await Promise.race([ended, pause(3_000)])
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  await ended
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function weigh(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (answer: { heapBytes: number }) => resolve(answer.heapBytes))
    child.once('exit', () => reject(new Error('the server ended while it was weighed')))
    child.send('weigh')
  })
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function untilOpen(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await isOpen(port))) {
    if (child.exitCode !== null)
      throw new Error(`the server ended with ${child.exitCode}; BENCH_STDERR=1 shows why`)
    if (performance.now() > deadline) throw new Error('the server did not open its port in 20 s')
    await pause(10)
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
