import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { createGuard } from './guards.ts'
import { createRouter } from './router.ts'
import { addSignIn } from './sign-in.ts'

let handled: string[]
beforeEach(() => {
  handled = []
})

/** The routes of signing in, behind a gate that lets nobody in; what is handed over is answered with 204. */
async function start(): Promise<string> {
  const router = createRouter(
    createGuard({ hosts: [], origins: [] }),
    () => new Response('no', { status: 401 }),
  )
  const take = (request: IncomingMessage, response: ServerResponse) => {
    handled.push(`${request.method} ${request.url}`)
    response.writeHead(204).end()
  }
  addSignIn(
    router,
    {
      metadata: () => undefined,
      oauth: async (request, response) => take(request, response),
      userinfo: async () => new Response(),
      pages: [
        {
          method: 'GET',
          path: '/oauth/interaction/:uid',
          needs: 'nothing',
          open: ({ incoming, outgoing }) => void take(incoming, outgoing),
        },
        { method: 'GET', path: '/console', needs: 'nothing', open: () => new Response('page') },
      ],
    },
    () => new Response(null, { status: 404 }),
  )
  router.otherwise(() => new Response(), '/mcp')
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: router.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(started))
  })
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const send = (address: string, method: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(address, { method }, (answer) => resolve(answer.resume()))
      .on('error', reject)
      .end()
  })

it.each([
  '/oauth/authorize?client_id=x',
  '/oauth/authorize/',
  '/oauth/authorize/an-interaction',
  '/oauth/jwks',
  '/oauth/interaction/an-interaction',
])('%s takes GET alone: HEAD begins nothing and is told so', async (path) => {
  const at = await start()
  const { statusCode, headers } = await send(at + path, 'HEAD')
  expect([statusCode, headers.allow]).toEqual([405, 'GET'])
  expect(handled).toEqual([])
  expect((await send(at + path, 'GET')).statusCode).toBe(204)
  expect(handled).toEqual([`GET ${path}`])
})

it.each(['/oauth/token', '/oauth/register', '/oauth/revoke'])('%s takes POST alone', async (path) => {
  const at = await start()
  for (const method of ['HEAD', 'GET', 'PUT', 'DELETE', 'PATCH']) {
    expect((await send(at + path, method)).statusCode).toBe(401)
  }
  expect(handled).toEqual([])
  expect((await send(at + path, 'POST')).statusCode).toBe(204)
})

it('pages that only show something take HEAD like GET', async () => {
  expect((await send(`${await start()}/console`, 'HEAD')).statusCode).toBe(200)
})
