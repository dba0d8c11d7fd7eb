import { createHash, randomBytes } from 'node:crypto'

/** A client made by hand: says what well-behaved ones never say. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

export interface Pkce {
  readonly verifier: string
  readonly challenge: string
}

export function newPkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>

/** A parameter of `undefined` is left out, one of a list is said several times. */
export function parametersOf(parameters: Parameters): URLSearchParams {
  const said = new URLSearchParams()
  for (const [name, values] of Object.entries(parameters)) {
    for (const value of [values ?? []].flat()) said.append(name, value)
  }
  return said
}

/** What an authorization asks for, all in order; `change` breaks it. */
export function authorizeAddress(
  home: string,
  asked: { clientId: string; redirectUri: string; pkce: Pkce; scope?: string; mount?: string },
  change: Parameters = {},
): string {
  const { clientId, redirectUri, pkce, scope = 'lab:read', mount = '/mcp' } = asked
  const parameters = parametersOf({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state: 'state-1',
    code_challenge: pkce.challenge,
    code_challenge_method: 'S256',
    resource: home + mount,
    ...change,
  })
  return `${home}/oauth/authorize?${parameters}`
}

export function askToken(home: string, parameters: Parameters, headers: Record<string, string> = {}) {
  return send(`${home}/oauth/token`, { method: 'POST', headers, body: parametersOf(parameters) })
}

export function askRevocation(home: string, parameters: Parameters) {
  return send(`${home}/oauth/revoke`, { method: 'POST', body: parametersOf(parameters) })
}

/** From an address of its own unless told: one address may not register without end. */
export function register(home: string, metadata: object, headers: Record<string, string> = {}) {
  houses += 1
  const from = `198.51.${houses >> 8}.${houses & 255}`
  return send(`${home}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from, ...headers },
    body: JSON.stringify(metadata),
  })
}

let houses = 0

/** As most programs register: public, with these redirects. */
export const program = (...redirects: string[]) => ({
  client_name: 'Test program',
  redirect_uris: redirects,
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
})

export async function send(address: string, init: RequestInit = {}): Promise<Answered> {
  const response = await fetch(address, { redirect: 'manual', ...init })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parse(text) }
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return { text }
  }
}
