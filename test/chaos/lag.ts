import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * A network between the server and its upstream: what has left arrives, a while later, even when its sender has died
 * meanwhile. `longestMs` is the longest way there, and the longest way back.
 */
export async function startLag(upstream: string, longestMs: number, random: () => number) {
  const server = createServer(async (request, response) => {
    const body: Buffer[] = await request.toArray().catch(() => [])
    await pause(random() * longestMs)
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' && !HOP.has(name) ? [[name, value] as [string, string]] : [],
    )
    const sent = body.length === 0 ? {} : { body: Buffer.concat(body) }
    const answer = await fetch(upstream + request.url, { method: request.method ?? 'GET', headers, ...sent })
    const content = Buffer.from(await answer.arrayBuffer())
    await pause(random() * longestMs)
    if (response.destroyed) return
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
    response.end(content)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const HOP = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive'])
