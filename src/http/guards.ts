import type { IncomingMessage, ServerResponse } from 'node:http'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

export interface GuardOptions {
  /** Host names beside loopback that this server answers to; `*` for any. */
  readonly hosts: readonly string[]
  /** Web origins beside loopback whose pages may call; `*` for any. */
  readonly origins: readonly string[]
}

/** Why a request is turned away before anybody asks who sent it. */
interface Refusal {
  readonly message: string
  readonly hint: string
}

export interface Guard {
  /**
   * Stops DNS rebinding and foreign web pages (MCP transports, security warning): `Host` and `Origin` must be known.
   * A request without `Origin` does not come from a web page.
   */
  refuse(request: IncomingMessage): Refusal | undefined
  /** CORS for browser clients of an allowed origin. */
  addCors(request: IncomingMessage, response: ServerResponse): void
}

export function createGuard({ hosts, origins }: GuardOptions): Guard {
  const knownHosts = new Set([...LOOPBACK, ...hosts.map((host) => host.toLowerCase())])
  const knownOrigins = new Set(origins.map((origin) => origin.toLowerCase().replace(/\/$/, '')))
  const anyHost = knownHosts.has('*')
  const anyOrigin = knownOrigins.has('*')
  // Headers repeat from call to call; parsing them each time costs more than the rest of the guard.
  const seenHosts = new Map<string, boolean>()
  const seenOrigins = new Map<string, boolean>()

  const isKnownHost = (host: string) => anyHost || knownHosts.has(hostnameOf(`http://${host}`) ?? '')
  const isKnownOrigin = (origin: string) => {
    if (anyOrigin || knownOrigins.has(origin.toLowerCase())) return true
    return LOOPBACK.includes(hostnameOf(origin) ?? '')
  }

  return {
    refuse({ headers }) {
      if (!remember(seenHosts, headers.host ?? '', isKnownHost)) return UNKNOWN_HOST
      if (headers.origin === undefined) return isForeignPage(headers) ? UNKNOWN_ORIGIN : undefined
      if (remember(seenOrigins, headers.origin, isKnownOrigin)) return undefined
      return UNKNOWN_ORIGIN
    },
    addCors({ headers, method }, response) {
      const { origin } = headers
      if (origin === undefined) return
      response.setHeader('access-control-allow-origin', origin)
      response.setHeader('vary', 'Origin')
      response.setHeader('access-control-expose-headers', EXPOSED)
      if (method !== 'OPTIONS') return
      response.setHeader('access-control-allow-methods', 'GET, HEAD, POST, DELETE, OPTIONS')
      response.setHeader(
        'access-control-allow-headers',
        allowedHeaders(headers['access-control-request-headers']),
      )
      response.setHeader('access-control-max-age', '600')
    },
  }
}

const UNKNOWN_HOST: Refusal = {
  message: 'This server does not answer to the host name of the request.',
  hint: 'The owner sets PUBLIC_URL (or ALLOWED_HOSTS) to the address in use.',
}

const UNKNOWN_ORIGIN: Refusal = {
  message: 'Web pages of this origin may not call this server.',
  hint: 'The owner adds the origin to ALLOWED_ORIGINS.',
}

const EXPOSED = 'mcp-session-id, mcp-protocol-version, www-authenticate, retry-after'

const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'accept',
  'mcp-session-id',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'last-event-id',
]

/** A page of another site that loads our address as an image or script: browsers send no `Origin` with that. */
function isForeignPage(headers: IncomingMessage['headers']): boolean {
  return headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate'
}

/** `mcp-param-*` has no fixed names, so those that are asked for are named back. */
function allowedHeaders(requested: string | undefined): string {
  const params = (requested ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^mcp-param-[a-z0-9-]+$/.test(name))
  return [...REQUEST_HEADERS, ...params.slice(0, 50)].join(', ')
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined
}

function remember(seen: Map<string, boolean>, key: string, judge: (key: string) => boolean): boolean {
  const known = seen.get(key)
  if (known !== undefined) return known
  if (seen.size >= 100) seen.clear()
  const verdict = judge(key)
  seen.set(key, verdict)
  return verdict
}
