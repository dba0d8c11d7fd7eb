/**
 * The cookies of the console. `form` stands in for a session until somebody signs in; `browser` says that somebody has
 * signed in before.
 */
export type CookieName = 'session' | 'form' | 'browser' | 'language'

/**
 * A finished `Set-Cookie` value; without seconds the cookie ends with the browser. Over https the name begins with
 * `__Host-`, so that no other host of the same domain can plant it (RFC 6265bis §4.1.3.2); a browser keeps that prefix
 * to https, so a server on loopback goes without it.
 */
export function cookie(publicUrl: string, name: CookieName, value: string, seconds?: number): string {
  const life = seconds === undefined ? '' : `; Max-Age=${seconds}`
  const secure = isHttps(publicUrl) ? '; Secure' : ''
  return `${fullName(publicUrl, name)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${life}`
}

/** Takes a cookie away. */
export function noCookie(publicUrl: string, name: CookieName): string {
  return cookie(publicUrl, name, '', 0)
}

/** The value that the browser sent, when it has the shape of one of ours. */
export function cookieValue(
  publicUrl: string,
  name: CookieName,
  header: string | undefined,
): string | undefined {
  const start = `${fullName(publicUrl, name)}=`
  const found = header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(start))
    ?.slice(start.length)
  return found !== undefined && OURS.test(found) ? found : undefined
}

const OURS = /^[\w.-]{1,200}$/

const NAMES: Record<CookieName, string> = {
  session: 'mostik',
  form: 'mostik-form',
  browser: 'mostik-browser',
  language: 'mostik-language',
}

function fullName(publicUrl: string, name: CookieName): string {
  return isHttps(publicUrl) ? `__Host-${NAMES[name]}` : NAMES[name]
}

function isHttps(publicUrl: string): boolean {
  return publicUrl.startsWith('https:')
}
