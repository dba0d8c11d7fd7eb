import type { Configuration } from 'oidc-provider'

/**
 * Interactions have cookies of their own paths, so that two tabs can authorize at once; the session has the prefix that
 * no other host can write. Browsers take those prefixes over https alone.
 */
export function cookiesOf(publicUrl: string, keys: readonly string[]): Configuration['cookies'] {
  const secure = publicUrl.startsWith('https:')
  const options = { httpOnly: true, sameSite: 'lax', signed: true, secure, overwrite: true } as const
  return {
    keys,
    names: {
      session: `${secure ? '__Host-' : ''}mostik-oauth`,
      interaction: `${secure ? '__Secure-' : ''}mostik-oauth-ask`,
      resume: `${secure ? '__Secure-' : ''}mostik-oauth-resume`,
    },
    long: { ...options, path: '/' },
    short: options,
  }
}
