import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, systemClock } from '../../kernel/clock.ts'
import { type Log, silentLog } from '../../kernel/log.ts'
import { controlWorld, summaryOf } from './control.ts'
import { takeCut } from './faults.ts'
import { type Answer, jsonAnswer, problemAnswer } from './http/answers.ts'
import { answerApi } from './http/api.ts'
import { readJson } from './http/body.ts'
import { ApiProblem } from './http/problem.ts'
import { answerPage } from './pages/pages.ts'
import { type World, worldOf } from './world.ts'

export interface AmocrmSandbox {
  /** `http://127.0.0.1:1234`; the API is below `/api/v4`. */
  readonly baseUrl: string
  /** A long-lived token of the account's admin. */
  readonly accessToken: string
  readonly clientId: string
  readonly clientSecret: string
  /** Where the switches are; see `control.ts`. */
  readonly controlUrl: string
  close(): Promise<void>
}

export interface AmocrmSandboxOptions {
  /** 0, the default, is any free port. */
  readonly port?: number
  readonly host?: string
  readonly clock?: Clock
  readonly log?: Log
  /** More than this is refused with 429, as upstream. */
  readonly requestsPerSecond?: number
}

/** Starts a simulated amoCRM account with its demo data. Rejects when the port is taken. */
export async function startAmocrmSandbox({
  port = 0,
  host = '127.0.0.1',
  clock = systemClock,
  log = silentLog,
  requestsPerSecond = 7,
}: AmocrmSandboxOptions = {}): Promise<AmocrmSandbox> {
  const server = createServer()
  await listen(server, port, host)
  const baseUrl = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`
  const world = worldOf(baseUrl, clock, requestsPerSecond)
  const controlPath = `/control/${randomBytes(16).toString('hex')}`
  server.on('request', (request, response) => {
    serve(world, controlPath, request, response).catch((error: unknown) => {
      log.error({ error }, 'amocrm sandbox request failed')
      if (!response.headersSent)
        write(response, problemAnswer(new ApiProblem(500, 'Internal error')), performance.now())
    })
  })
  return {
    baseUrl,
    ...world.credentials,
    controlUrl: baseUrl + controlPath,
    close: () => close(server),
  }
}

async function serve(
  world: World,
  controlPath: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now()
  const url = URL.parse(request.url ?? '/', world.account.baseUrl)
  if (url?.pathname === controlPath) return write(response, await answerControl(world, request), started)
  if (world.latencyMs > 0) await sleep(world.latencyMs)
  if (!url?.pathname.startsWith('/api/v4/')) {
    request.resume()
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    const page = isReading && url ? answerPage(world.account, url.pathname) : undefined
    return write(response, page ?? problemAnswer(new ApiProblem(404, 'Not found')), started)
  }
  const cut = takeCut(world.faults, request.method)
  const answer = await answerApi(world, request, url, () => {
    if (cut === 'before') throw new CutConnection()
  }).catch((error: unknown) => {
    if (error instanceof CutConnection) return undefined
    throw error
  })
  if (answer === undefined || cut === 'after') {
    request.socket.destroy()
    return
  }
  write(response, answer, started)
}

/** Stops a request at the point where its connection is to die. */
class CutConnection extends Error {
  override readonly name = 'CutConnection'
}

async function answerControl(world: World, request: IncomingMessage): Promise<Answer> {
  if (request.method === 'GET') return jsonAnswer(200, summaryOf(world))
  if (request.method !== 'POST') return jsonAnswer(405, { error: 'GET or POST' })
  try {
    const { status, body } = controlWorld(world, await readJson(request))
    return jsonAnswer(status, body)
  } catch (error) {
    if (error instanceof ApiProblem) return jsonAnswer(error.status, { error: error.message })
    throw error
  }
}

function write(response: ServerResponse, { status, type, text, headers }: Answer, started: number): void {
  response.writeHead(status, {
    ...headers,
    ...(type === undefined ? {} : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text ?? '') }),
    'X-Request-Id': randomUUID(),
    'x-runtime-generated': ((performance.now() - started) / 1000).toFixed(3),
  })
  response.end(text)
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
