import { IncomingMessage } from 'node:http'

interface Restated {
  /** As browsers and clients know this server, whatever the request says. */
  readonly publicUrl: string
  /** Path and query as the routes of this server know them, without the prefix of the public address. */
  readonly url: string
  readonly body?: Buffer | undefined
}

/** The same request as if it had come straight to the public address: no header of it names another host or scheme. */
export function restate(request: IncomingMessage, { publicUrl, url, body }: Restated): IncomingMessage {
  const { host, protocol, pathname } = new URL(publicUrl)
  const restated = new IncomingMessage(request.socket)
  restated.method = request.method
  restated.url = url
  restated.headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !TOLD.has(name)))
  restated.headers.host = host
  restated.headers['x-forwarded-proto'] = protocol.slice(0, -1)
  Object.assign(restated, { baseUrl: pathname.replace(/\/$/, '') })
  delete restated.headers['content-length']
  if (body !== undefined) {
    restated.headers['content-length'] = String(body.length)
    restated.push(body)
  }
  restated.push(null)
  // What is destroyed before it is complete takes its connection along.
  restated.complete = true
  ORIGINALS.set(restated, request)
  return restated
}

/** The request as it came, with what proxies told about its way. */
export function originalOf(restated: IncomingMessage): IncomingMessage {
  return ORIGINALS.get(restated) ?? restated
}

const ORIGINALS = new WeakMap<IncomingMessage, IncomingMessage>()

/** What a proxy or an attacker tells about the way here, and what is about a body that is not this one. */
const TOLD: ReadonlySet<string> = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'transfer-encoding',
  'content-encoding',
  'expect',
])
