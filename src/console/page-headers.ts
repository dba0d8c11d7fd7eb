/**
 * Headers for every page. Everything a page needs comes from its own origin: no inline script or style runs, no other
 * host is asked, nobody frames it, and `innerHTML` and its kin refuse plain strings.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentPolicy([]),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  Vary: 'Accept, Accept-Language, Origin',
}

/**
 * Headers for pages with forms and with what is one person's. With `no-referrer` browsers would post forms with
 * `Origin: null`. `formTargets` are more CSP sources that forms may lead to: browsers hold redirects after a form to
 * them too. Programs open the sign-in in a window of their own and wait for it to come back to them, which a page that
 * keeps to itself (Cross-Origin-Opener-Policy) would end for good.
 */
export function consoleHeaders(formTargets: readonly string[]): Readonly<Record<string, string>> {
  const { 'Cross-Origin-Opener-Policy': _, ...headers } = pageHeaders
  return {
    ...headers,
    'Content-Security-Policy': contentPolicy(formTargets.filter((target) => SOURCE.test(target))),
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    Vary: 'Accept-Language, Cookie, Origin',
  }
}

/** An origin, or the scheme of an app; anything else could smuggle in a directive, or every site there is. */
const SOURCE = /^(https?:\/\/[a-z\d.:[\]-]+|(?!https?:)[a-z][a-z\d+.-]*:)$/i

function contentPolicy(formTargets: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    ["form-action 'self'", ...formTargets].join(' '),
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}
