import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { fileURLToPath } from 'node:url'

/** A server under attack, in its own process. */
export interface Target {
  readonly name: string
  readonly url: string
  readonly port: number
  readonly child: ChildProcess
  readonly token: string | undefined
  /** Standard error so far. */
  stderr(): string
  isAlive(): boolean
  /** Numbers of the process; the lab adds its counts. */
  measure(): Promise<Measure>
}

export interface Measure {
  readonly rssMb: number
  readonly fds: number
  /** After a collection. */
  readonly heapMb: number
  readonly counts?: { readonly sessions: number; readonly streams: number; readonly running: number }
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const { PATH = '', HOME = '' } = process.env

export const startLab = () => start('lab', file('./lab-server.ts'), {})

/** The product as its users start it, behind a token. */
export const startProduct = () =>
  start('product', file('../../src/main.ts'), {
    PORT: '0',
    CALL_LIMITS: 'read=0,write=0',
    API_TOKEN: 'soak-token-0123456789abcdef',
    LOG_LEVEL: 'warn',
  })

async function start(name: string, script: string, environment: Record<string, string>): Promise<Target> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', file('./probe.ts'), script], {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let out = ''
  let err = ''
  let isAlive = true
  child.once('close', () => {
    isAlive = false
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (err.length < 5_000_000) err += text
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text
      const found = /MCP +(http:\S+)\/mcp\n/.exec(out)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('close', (code) => reject(new Error(`${name} ended with ${code}: ${err}`)))
  })
  const { pid = 0 } = child
  return {
    name,
    url,
    port: Number(new URL(url).port),
    child,
    token: environment.API_TOKEN,
    stderr: () => err,
    isAlive: () => isAlive,
    async measure() {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      const rssMb = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
      const fds = readdirSync(`/proc/${pid}/fd`).length
      const seen = new Promise<Pick<Measure, 'heapMb' | 'counts'>>((resolve) =>
        child.once('message', resolve as (message: unknown) => void),
      )
      child.send('measure')
      return { rssMb, fds, ...(await seen) }
    },
  }
}

export interface Sent {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Ask {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
  /** Without the token, where the target wants one. */
  readonly anonymous?: boolean
  /** Give up after this long: the answer is then `status: 0`. */
  readonly timeoutMs?: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** One request; a broken connection and silence are `status: 0` with the reason as text. */
export function ask(target: Target, { method = 'POST', path = '/mcp', ...options }: Ask): Promise<Sent> {
  const { body, headers = {}, anonymous = false, timeoutMs = 15_000 } = options
  return new Promise((resolve) => {
    const failed = (reason: string) => resolve({ status: 0, headers: {}, text: reason })
    let outgoing: ReturnType<typeof request>
    try {
      outgoing = request({
        host: '127.0.0.1',
        port: target.port,
        method,
        path,
        agent,
        headers: {
          ...(body !== undefined && {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(body)),
          }),
          accept: 'application/json, text/event-stream',
          ...(target.token !== undefined && !anonymous && { authorization: `Bearer ${target.token}` }),
          ...headers,
        },
      })
    } catch (error) {
      return failed(`not sent: ${error}`)
    }
    const timer = setTimeout(() => {
      failed('timeout')
      outgoing.destroy()
    }, timeoutMs)
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', () => undefined)
      incoming.on('close', () => {
        clearTimeout(timer)
        const { statusCode = 0 } = incoming
        resolve({ status: statusCode, headers: incoming.headers, text: Buffer.concat(chunks).toString() })
      })
    })
    outgoing.on('error', (error) => {
      clearTimeout(timer)
      failed(String(error))
    })
    outgoing.end(body)
  })
}
