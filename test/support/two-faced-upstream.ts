import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AmocrmSandbox } from '../../src/sandbox/amocrm/server.ts'

/** How the upstream misbehaves; each of these says back whatever it was sent, the token included. */
type Face = `${'page' | 'problem'} ${number}` | 'other JSON' | 'redirect' | 'cut'

/** To whatever it is asked, or only where a change is asked for. */
type When = 'always' | 'at changes'

export const TRICKS: readonly (readonly [When, Face])[] = [
  ['always', 'page 200'],
  ['always', 'page 401'],
  ['always', 'page 500'],
  ['always', 'problem 400'],
  ['always', 'other JSON'],
  ['always', 'redirect'],
  ['at changes', 'page 200'],
  ['at changes', 'page 500'],
  ['at changes', 'problem 400'],
  ['at changes', 'problem 403'],
  ['at changes', 'problem 422'],
  ['at changes', 'other JSON'],
  ['at changes', 'redirect'],
  ['at changes', 'cut'],
  // The last: it is taken for a block of the account, and nothing more is sent.
  ['always', 'page 403'],
]

/** An account with a token of its own before the sandbox's, that can be told to answer with what it was sent. */
export async function startTwoFacedUpstream(sandbox: AmocrmSandbox, token: string) {
  const upstream: { trick: readonly [When, Face] | undefined; url: string; close(): void } = {
    trick: undefined,
    url: '',
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray().catch(() => [])
    const body = Buffer.concat(chunks)
    const isKnown = request.headers.authorization === `Bearer ${token}`
    const [when, face] = isKnown ? (upstream.trick ?? []) : (['always', 'page 401'] as const)
    const isSpared = when === 'at changes' && request.method === 'GET'
    if (face === undefined || isSpared) await passOn(request, body, response, sandbox)
    else echo(face, JSON.stringify([request.url, request.headers, body.toString()]), response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  upstream.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return upstream
}

async function passOn(
  { url, method = 'GET', headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  { baseUrl, accessToken }: AmocrmSandbox,
) {
  const answer = await fetch(baseUrl + url, {
    method,
    headers: {
      authorization: `Bearer ${accessToken}`,
      ...(headers['content-type'] && { 'content-type': headers['content-type'] }),
    },
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  })
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
  response.end(Buffer.from(await answer.arrayBuffer()))
}

function echo(face: Face, sent: string, response: ServerResponse) {
  const [kind, status = '200'] = face.split(' ')
  if (kind === 'cut') return response.destroy()
  if (kind === 'redirect')
    return response.writeHead(302, { location: `https://example.com/?${encodeURI(sent)}` }).end()
  if (kind === 'page') {
    return response
      .writeHead(Number(status), { 'content-type': 'text/html' })
      .end(`<html><pre>${sent}</pre></html>`)
  }
  const errors = [{ code: sent, path: sent, detail: sent }]
  const problem = {
    title: sent,
    detail: sent,
    status: Number(status),
    'validation-errors': [{ request_id: sent, errors }],
  }
  const other = { id: sent, _embedded: { leads: sent, contacts: [{ id: sent, name: 7 }], pipelines: sent } }
  const type = { 'content-type': 'application/problem+json', 'x-request-id': encodeURIComponent(sent) }
  if (kind === 'problem') return response.writeHead(Number(status), type).end(JSON.stringify(problem))
  return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(other))
}
