import { hash, randomBytes } from 'node:crypto'
import { PUBLIC_URL } from './stage.ts'

/** A server that a request goes to: always the same, or the next of several. */
export type Route = () => { readonly at: string }

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly scope: string
  readonly expires_in: number
  readonly id_token?: string
}

export interface Answer {
  readonly status: number
  readonly body: Tokens & { readonly error?: string; readonly error_description?: string }
  readonly headers: Headers
}

/** Where a browser ended up. */
export interface Landing {
  /** The redirect of the client, when it got there. */
  readonly params: URLSearchParams
  readonly address: string
  readonly status: number
  readonly text: string
}

const CLAUDE = 'https://claude.ai/oauth/mcp-oauth-client-metadata'
export const CLAUDE_REDIRECT = 'https://claude.ai/api/mcp/auth_callback'

/** One browser and one client, which is Claude unless told. */
export function createFlow(
  route: Route,
  client: { id?: string; redirect?: string; publicUrl?: string; headers?: Record<string, string> } = {},
) {
  const { id = CLAUDE, redirect = CLAUDE_REDIRECT, publicUrl = PUBLIC_URL, headers: always = {} } = client
  // As a proxy in front of the server takes it away.
  const prefix = new URL(publicUrl).pathname.replace(/\/$/, '')
  const verifier = randomBytes(32).toString('base64url')
  const cookies = new Map<string, { value: string; path: string }>()

  function ask(changes: Record<string, string | undefined> = {}): string {
    const params: Record<string, string | undefined> = {
      response_type: 'code',
      client_id: id,
      redirect_uri: redirect,
      scope: 'amocrm:read amocrm:write',
      state: 'the state',
      code_challenge: hash('sha256', verifier, 'base64url'),
      code_challenge_method: 'S256',
      resource: `${publicUrl}/mcp`,
      ...changes,
    }
    const told = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined)
    return `${publicUrl}/oauth/authorize?${new URLSearchParams(told)}`
  }

  /** One request of the browser, to whichever server is next. */
  async function visit(address: string): Promise<{ next: string | undefined; response: Response }> {
    const url = new URL(address)
    const sent = [...cookies].filter(([, { path }]) => url.pathname.startsWith(path))
    const response = await globalThis.fetch(route().at + url.pathname.slice(prefix.length) + url.search, {
      redirect: 'manual',
      headers: {
        ...always,
        cookie: sent.map(([key, { value }]) => `${key.split(' ')[0]}=${value}`).join('; '),
      },
    })
    for (const cookie of response.headers.getSetCookie()) keep(cookie)
    const location = response.headers.get('location')
    return { response, next: location === null ? undefined : new URL(location, publicUrl).href }
  }

  function keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(/; */)
    const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/'
    const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
    if (value === '') cookies.delete(`${name} ${path}`)
    else cookies.set(`${name} ${path}`, { value, path })
  }

  /** Goes where it is sent until that is outside, or nowhere. */
  async function browse(address: string): Promise<Landing> {
    for (let at = address, hops = 0; hops < 10; hops++) {
      const { next, response } = await visit(at)
      if (next === undefined) {
        const text = await response.text()
        return { params: new URLSearchParams(), address: at, status: response.status, text }
      }
      await response.body?.cancel()
      if (!next.startsWith(publicUrl)) {
        return { params: new URL(next).searchParams, address: next, status: 303, text: '' }
      }
      at = next
    }
    throw new Error('the browser goes in circles')
  }

  async function post(path: string, form: Record<string, string>, headers = {}): Promise<Answer> {
    const response = await globalThis.fetch(route().at + path, {
      method: 'POST',
      headers: { ...always, ...headers },
      body: new URLSearchParams({ client_id: id, ...form }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? {} : JSON.parse(text),
    }
  }

  const exchange = (code: string, changes: Record<string, string> = {}) =>
    post('/oauth/token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirect,
      code_verifier: verifier,
      ...changes,
    })

  return {
    ask,
    visit,
    browse,
    post,
    exchange,
    cookies,
    verifier,
    refresh: (token: string, changes: Record<string, string> = {}) =>
      post('/oauth/token', { grant_type: 'refresh_token', refresh_token: token, ...changes }),
    revoke: (token: string) => post('/oauth/revoke', { token }),
    /** The whole way to the tokens. */
    async authorize(changes?: Record<string, string | undefined>): Promise<Tokens> {
      const landing = await browse(ask(changes))
      const code = landing.params.get('code')
      if (code === null) throw new Error(`no code: ${landing.status} ${landing.address} ${landing.text}`)
      const { status, body } = await exchange(code)
      if (status !== 200) throw new Error(`no tokens: ${status} ${JSON.stringify(body)}`)
      return body
    },
  }
}
