import { isIP } from 'node:net'

/** A web origin as people write it, or `*`. */
export function isOrigin(text: string): boolean {
  if (text === '*') return true
  return URL.canParse(text) && new URL(text).origin === text.replace(/\/$/, '').toLowerCase()
}

/** A host name or a bracketed IPv6 address, or `*`. */
export function isHost(text: string): boolean {
  return text === '*' || /^[a-z0-9.-]+$/i.test(text) || /^\[[0-9a-f:]+\]$/i.test(text)
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** An address, a range of addresses such as `10.0.0.0/8`, or a word for the usual ranges. */
export function isRange(text: string): boolean {
  if (text === 'loopback' || text === 'private') return true
  const [address = '', bits, ...rest] = text.split('/')
  const most = { 4: 32, 6: 128 }[isIP(address)]
  if (most === undefined || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
}
