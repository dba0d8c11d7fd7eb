import { z } from 'zod'

const ACCOUNT_HOST = /^[a-z0-9-]+\.(amocrm\.(ru|com)|kommo\.com)$/
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** A name such as `firm`, or the whole host when one was pasted: `firm.kommo.com`. */
export const subdomain = z
  .string()
  .transform((value) =>
    value
      .trim()
      .toLowerCase()
      .replace(/^https:\/\//, '')
      .replace(/\/.*$/, ''),
  )
  .refine((value) => /^[a-z0-9-]+$/.test(value) || ACCOUNT_HOST.test(value), {
    error: 'must be the first part of the account\'s address, such as "firm" for firm.amocrm.ru',
  })

/** The account's origin. Only amoCRM's own hosts may get the token; plain http stays on this machine. */
export const baseUrl = z
  .string()
  .transform((value) => originOf(value.trim()))
  .refine((origin) => origin !== undefined, {
    error: 'must be the account\'s address, such as "https://firm.amocrm.ru" or "https://firm.kommo.com"',
  })

function originOf(value: string): string | undefined {
  const url = URL.parse(value)
  if (!url || url.username || url.password) return undefined
  const isAccount = url.protocol === 'https:' && ACCOUNT_HOST.test(url.host)
  const isLocal = /^https?:$/.test(url.protocol) && LOOPBACK.test(url.hostname)
  return isAccount || isLocal ? url.origin : undefined
}

/** The origin that a subdomain names; a bare one is in `domain`, amocrm.ru unless the token says another. */
export function originOfSubdomain(name: string, domain = 'amocrm.ru'): string {
  return `https://${name.includes('.') ? name : `${name}.${domain}`}`
}

/** What people call the account at this address: its subdomain, or the host and port of one on this machine. */
export function shortNameOf(origin: string): string {
  const { hostname, host } = new URL(origin)
  return ACCOUNT_HOST.test(hostname) ? (hostname.split('.', 1)[0] ?? host) : host
}
