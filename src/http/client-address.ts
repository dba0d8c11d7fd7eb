import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { type Log, silentLog } from '../kernel/log.ts'

/**
 * Where a request comes from, for limits: the address that the last trusted proxy saw (RFC 7239 §7.1 says why no other
 * entry of `X-Forwarded-For` is to be believed). Of an IPv6 address its /64, which is what one household has.
 */
export type AddressOf = (request: IncomingMessage) => string

/** `trusted` are addresses, ranges such as `10.0.0.0/8`, and the words `loopback` and `private`. */
export function createAddressOf(trusted: readonly string[], log: Log = silentLog): AddressOf {
  const isTrusted = within(trusted)
  const isNear = within(['loopback', 'private'])
  // Where some proxy is named, a request that comes past it is what the owner wants to be wary of.
  let maySuspect = trusted.length === 0

  return ({ socket, headers }) => {
    const said = String(headers['x-forwarded-for'] ?? '').split(',')
    let address = plain(socket.remoteAddress ?? '')
    if (maySuspect && headers['x-forwarded-for'] !== undefined && isNear(address)) {
      maySuspect = false
      log.warn({ peer: address }, UNTRUSTED)
    }
    while (isTrusted(address)) {
      const before = plain(said.pop() ?? '')
      if (isIP(before) === 0) break
      address = before
    }
    return isIPv6(address) ? network(address) : address
  }
}

const UNTRUSTED = 'a proxy is not in TRUSTED_PROXIES: limits by address count all its visitors as one'

/** Whether an address is in one of the ranges. */
function within(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const range of ranges.flatMap((word) => WORDS[word] ?? [word])) add(list, range)
  return (address) => isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  // RFC 1918, RFC 6598 (what hostings use inside), RFC 4193, link-local.
  private: [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    '169.254.0.0/16',
    'fc00::/7',
    'fe80::/10',
  ],
}

function add(list: BlockList, range: string): void {
  const [address = '', bits] = range.split('/')
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, Number(bits), family)
}

/** Without spaces, brackets and a port; an IPv4 address in IPv6 clothes as what it is. */
function plain(text: string): string {
  const address = /^\[([^\]]+)\]/.exec(text.trim())?.[1] ?? text.trim().replace(/^([\d.]+):\d+$/, '$1')
  return /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address
}

/** The first four groups, written out as URLs write them. */
function network(address: string): string {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const groups = head.split(':').filter(Boolean)
  const rest = tail?.split(':').filter(Boolean) ?? []
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length)
  const whole = [...groups, ...Array<string>(zeros).fill('0'), ...rest]
  const first = whole.slice(0, 4).map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
  return `${first.join(':')}::/64`
}
