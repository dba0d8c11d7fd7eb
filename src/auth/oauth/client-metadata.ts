/** Whether it is of visible ASCII alone, as addresses and ids are (RFC 6749, appendix A.1; RFC 3986 §2). */
export function isPlain(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}

/** The parts of a client's description (RFC 7591 §2) that this server goes by; everything else is dropped. */
export interface ClientDescription {
  readonly redirect_uris: readonly string[]
  readonly client_name: string
  readonly application_type: 'native' | 'web'
  readonly token_endpoint_auth_method: string
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
}

const NAME_LENGTH = 80
const REDIRECTS = 10
const REDIRECT_LENGTH = 500
const SECRETS: ReadonlySet<unknown> = new Set(['client_secret_basic', 'client_secret_post'])
/** Controls, what hides or turns text around, and tags. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * What a client says about itself, reduced to what it needs here. Logos would tell the vendor who looks at a page, and
 * `scope` would keep a client from ever asking for more than when it registered.
 * @param mayHaveSecret whether it may hold a secret of its own: those that register themselves may
 * @returns nothing when its redirects are not a few addresses
 */
export function describeClient(said: object, mayHaveSecret: boolean): ClientDescription | undefined {
  const { redirect_uris: redirects, client_name: name, token_endpoint_auth_method: method } = said as Said
  if (!Array.isArray(redirects) || redirects.length === 0 || redirects.length > REDIRECTS) return undefined
  if (!redirects.every(isAddress)) return undefined
  const wantsSecret = mayHaveSecret && (method === undefined || SECRETS.has(method))
  return {
    redirect_uris: redirects,
    client_name: nameOf(name) || nameOf(hostOf(redirects[0])) || 'unknown',
    application_type: redirects.every((redirect) => redirect.startsWith('https://')) ? 'web' : 'native',
    // RFC 7591 §2: who names no method wants a secret in the header.
    token_endpoint_auth_method: wantsSecret ? String(method ?? 'client_secret_basic') : 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  }
}

interface Said {
  readonly redirect_uris?: unknown
  readonly client_name?: unknown
  readonly token_endpoint_auth_method?: unknown
}

function nameOf(said: unknown): string {
  if (typeof said !== 'string') return ''
  const seen = said.normalize('NFKC').replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim()
  return [...seen].slice(0, NAME_LENGTH).join('')
}

function hostOf(redirect: unknown): string | undefined {
  return typeof redirect === 'string' ? URL.parse(redirect)?.host : undefined
}

function isAddress(redirect: unknown): redirect is string {
  if (typeof redirect !== 'string' || redirect.length > REDIRECT_LENGTH || !isPlain(redirect)) return false
  const url = URL.parse(redirect)
  return url !== null && url.username === '' && url.password === '' && url.hash === ''
}
