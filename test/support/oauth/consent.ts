import { type Browser, formOf, type Page, wordsOf } from './browser.ts'
import { type Answered, askToken, authorizeAddress, newPkce, type Pkce, program, register } from './client.ts'
import type { Filling } from './forms.ts'
import { OWNER } from './people.ts'

/** Opens the address of an authorization and signs in on the way if it comes to that. */
export async function reachConsent(browser: Browser, address: string | URL, who = OWNER): Promise<Page> {
  let page = await browser.open(address)
  if (page.url.pathname.endsWith('/sign-in')) {
    page = await browser.submit(page, 'password', { login: who.login, password: who.password })
  }
  if (page.left === undefined && !/\/oauth\/interaction\/[\w-]+$/.test(page.url.pathname)) {
    throw new Error(`no consent page but ${page.status} at ${page.url}: ${wordsOf(page).slice(0, 300)}`)
  }
  return page
}

export type Access = 'look' | 'change'

/** Presses "allow" on the consent page and gives the callback with the code in it. */
export async function allow(
  browser: Browser,
  page: Page,
  access: Access = 'look',
  filling: Filling = {},
): Promise<URL> {
  return leave(await browser.submit(page, 'decision', { preset: access, ...filling }, 'allow'))
}

export async function deny(browser: Browser, page: Page): Promise<URL> {
  return leave(await browser.submit(page, 'decision', {}, 'deny'))
}

function leave(page: Page): URL {
  if (page.left !== undefined) return page.left
  throw new Error(`not sent back: ${page.status} at ${page.url}: ${wordsOf(page).slice(0, 300)}`)
}

export const consentFormOf = (page: Page) => formOf(page, 'decision')

export interface Wish {
  /** Else a program that is registered for it. */
  readonly clientId?: string
  readonly redirectUri?: string
  readonly scope?: string
  /** Which protected resource: `/mcp` unless told. */
  readonly mount?: string
  readonly access?: Access
  readonly filling?: Filling
  readonly who?: typeof OWNER
}

/** What an authorization ends with. */
export interface Grant {
  readonly home: string
  readonly clientId: string
  readonly redirectUri: string
  readonly code: string
  readonly pkce: Pkce
  readonly callback: URL
  readonly answer: Answered
  readonly accessToken: string
  readonly refreshToken: string
  readonly scope: string
}

export const CALLBACK = 'http://127.0.0.1:61001/callback'

export async function newClient(home: string, redirectUri = CALLBACK): Promise<string> {
  const { status, body } = await register(home, program(redirectUri))
  if (status !== 201) throw new Error(`not registered: ${status} ${JSON.stringify(body)}`)
  return String(body.client_id)
}

/** The code of a fresh authorization, not yet exchanged. */
export async function obtainCode(home: string, browser: Browser, wish: Wish = {}) {
  const { redirectUri = CALLBACK, access = 'look', filling, who } = wish
  const clientId = wish.clientId ?? (await newClient(home, redirectUri))
  const pkce = newPkce()
  const asked = {
    clientId,
    redirectUri,
    pkce,
    ...(wish.scope !== undefined && { scope: wish.scope }),
    ...(wish.mount !== undefined && { mount: wish.mount }),
  }
  const page = await reachConsent(browser, authorizeAddress(home, asked), who)
  const callback = await allow(browser, page, access, filling)
  const code = callback.searchParams.get('code')
  if (code === null) throw new Error(`no code: ${callback}`)
  return { clientId, redirectUri, pkce, code, callback }
}

/** Goes the whole way as a well-behaved program would. */
export async function obtain(home: string, browser: Browser, wish: Wish = {}): Promise<Grant> {
  const { clientId, redirectUri, pkce, code, callback } = await obtainCode(home, browser, wish)
  const answer = await exchange(home, { clientId, redirectUri, code, pkce })
  if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${JSON.stringify(answer.body)}`)
  const { access_token, refresh_token, scope } = answer.body
  return {
    home,
    clientId,
    redirectUri,
    code,
    pkce,
    callback,
    answer,
    accessToken: String(access_token),
    refreshToken: String(refresh_token),
    scope: String(scope),
  }
}

export function exchange(
  home: string,
  { clientId, redirectUri, code, pkce }: { clientId: string; redirectUri: string; code: string; pkce: Pkce },
  change: Record<string, string | undefined> = {},
) {
  return askToken(home, {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code,
    code_verifier: pkce.verifier,
    ...change,
  })
}

export function refresh(
  grant: Pick<Grant, 'home' | 'clientId' | 'refreshToken'>,
  change: Record<string, string> = {},
) {
  return askToken(grant.home, {
    grant_type: 'refresh_token',
    client_id: grant.clientId,
    refresh_token: grant.refreshToken,
    ...change,
  })
}
