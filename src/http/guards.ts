import type { IncomingMessage, ServerResponse } from 'node:http'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

export interface GuardOptions {
  /** Host names beside loopback that this server answers to; `*` for any. */
  readonly hosts: readonly string[]
  /** Web origins beside loopback whose pages may call; `*` for any. */
  readonly origins: readonly string[]
  /** Whether everybody comes by https: browsers are told to stay with it. */
  readonly https?: boolean
  /** Everybody is let in, because nobody but this machine is there: what a proxy passes on comes from elsewhere. */
  readonly forThisMachineOnly?: boolean
}

/** Why a request is turned away before anybody asks who sent it. */
interface Refusal {
  readonly message: string
  readonly hint: string
}

export interface Guard {
  /**
   * Stops DNS rebinding and foreign web pages (MCP transports, security warning): `Host` and `Origin` must be known.
   * A request without `Origin` does not come from a web page. `isForAll`: what is asked for is open to any origin.
   */
  refuse(request: IncomingMessage, isForAll?: boolean): Refusal | undefined
  /** What keeps browsers from guessing, and CORS for browser clients of an allowed origin; for `isForAll` of any. */
  addHeaders(request: IncomingMessage, response: ServerResponse, isForAll?: boolean): void
}

export function createGuard(options: GuardOptions): Guard {
  const { hosts, origins, https = false, forThisMachineOnly = false } = options
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
    refuse({ headers }, isForAll = false) {
      if (!remember(seenHosts, headers.host ?? '', isKnownHost)) return UNKNOWN_HOST
      if (forThisMachineOnly && OF_PROXIES.some((name) => headers[name] !== undefined)) return PASSED_ON
      if (isForAll) return undefined
      if (headers.origin === undefined) return isForeignPage(headers) ? UNKNOWN_ORIGIN : undefined
      if (remember(seenOrigins, headers.origin, isKnownOrigin)) return undefined
      return UNKNOWN_ORIGIN
    },
    addHeaders({ headers, method }, response, isForAll = false) {
      response.setHeader('x-content-type-options', 'nosniff')
      if (https) response.setHeader('strict-transport-security', 'max-age=31536000')
      const { origin } = headers
      if (origin === undefined && !isForAll) return
      response.setHeader('access-control-allow-origin', isForAll ? '*' : (origin ?? ''))
      if (!isForAll) response.setHeader('vary', 'Origin')
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

const PASSED_ON: Refusal = {
  message: 'A proxy stands in front of this server, and nobody has said who may come in.',
  hint: 'The owner sets PUBLIC_URL to the address in use, so that people sign in, or says AUTH=none.',
}

/** RFC 7239 and what proxies write in its place. */
const OF_PROXIES = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

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
