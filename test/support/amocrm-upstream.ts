import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createAmocrmClient } from '../../src/connectors/amocrm/client/client.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createQueues } from '../../src/limits/queues.ts'
import { createLocks } from '../../src/locks/locks.ts'

export interface Seen {
  readonly method: string
  /** Path and query as they came. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Parsed; undefined when there was none. */
  readonly body: unknown
}

export const TOKEN = 'header.payload.s1gnature-that-nobody-may-see'

/** A real server on loopback that answers as told and remembers what it was asked; closes with the test. */
export async function upstream(answer: (response: ServerResponse, request: Seen, nth: number) => void) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray()
    const text = Buffer.concat(chunks).toString()
    const { method = '', url = '', headers } = request
    const one = { method, url, headers, body: text ? JSON.parse(text) : undefined }
    seen.push(one)
    answer(response, one, seen.length)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return { baseUrl: `http://127.0.0.1:${port}`, seen }
}

/** A line of its own for one client. */
export function queueOf(requestsPerSecond: number) {
  return createQueues({ log: silentLog })('test', requestsPerSecond)
}

/** A lock of its own for one client. */
export const lockOf = () => createLocks({ log: silentLog })('test')

/** A client in a hurry, of a server that answers as told. */
export async function clientOf(
  answer: (response: ServerResponse, request: Seen, nth: number) => void,
  settings: Partial<Parameters<typeof createAmocrmClient>[0]> = {},
) {
  const { baseUrl, seen } = await upstream(answer)
  const client = createAmocrmClient({
    baseUrl,
    accessToken: TOKEN,
    queue: queueOf(1000),
    lock: lockOf(),
    log: silentLog,
    ...settings,
  })
  return { client, seen, baseUrl }
}

export function json(response: ServerResponse, body: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

export function html(response: ServerResponse, status: number): void {
  response
    .writeHead(status, { 'content-type': 'text/html' })
    .end(`<html><h1>${status}</h1><center>nginx</center>`)
}
