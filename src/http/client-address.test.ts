import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { silentLog } from '../kernel/log.ts'
import { createAddressOf } from './client-address.ts'

function from(remoteAddress: string, forwarded?: string): IncomingMessage {
  return {
    socket: { remoteAddress },
    headers: { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage
}

it('believes nobody when no proxy is trusted', () => {
  expect(createAddressOf([])(from('203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9')
})

it.each([
  ['10.1.2.3', '198.51.100.1', '198.51.100.1'],
  ['::ffff:10.1.2.3', '198.51.100.1:4711', '198.51.100.1'],
  ['10.1.2.3', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
  ['10.1.2.3', '1.1.1.1, 198.51.100.1, 192.168.3.3', '198.51.100.1'],
  ['10.1.2.3', '[2001:db8:0:1:2::3]:4711', '2001:db8:0:1::/64'],
  ['100.64.0.9', 'forged, 198.51.100.1', '198.51.100.1'],
  ['10.1.2.3', 'forged', '10.1.2.3'],
  ['10.1.2.3', undefined, '10.1.2.3'],
  ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
])('finds who stands before private proxies: %s, %s → %s', (socket, forwarded, expected) => {
  expect(createAddressOf(['private'])(from(socket, forwarded))).toBe(expected)
})

it('takes an IPv6 household as one', () => {
  const addressOf = createAddressOf([])
  expect(addressOf(from('2001:db8:1:2:aaaa::1'))).toBe(addressOf(from('2001:0DB8:1:2:bbbb:c:d:e')))
  expect(addressOf(from('2001:db8:1:3::1'))).not.toBe(addressOf(from('2001:db8:1:2::1')))
  expect(addressOf(from('::1'))).toBe('0:0:0:0::/64')
  expect(addressOf(from('fe80::1%eth0'))).toBe('fe80:0:0:0::/64')
})

it('takes single addresses and ranges of both families', () => {
  const addressOf = createAddressOf(['203.0.113.7', '2001:db8::/32', 'loopback'])
  expect(addressOf(from('203.0.113.7', '198.51.100.1'))).toBe('198.51.100.1')
  expect(addressOf(from('2001:db8::9', '198.51.100.1'))).toBe('198.51.100.1')
  expect(addressOf(from('::1', '198.51.100.1'))).toBe('198.51.100.1')
  expect(addressOf(from('203.0.113.8', '198.51.100.1'))).toBe('203.0.113.8')
})

describe('a proxy that nobody trusts', () => {
  function listening(trusted: readonly string[] = []) {
    const warnings: string[] = []
    const log = { ...silentLog, warn: (_: unknown, message: string) => warnings.push(message) }
    return { addressOf: createAddressOf(trusted, log), warnings }
  }

  it.each(['127.0.0.1', '::1', '::ffff:10.1.2.3', '172.18.0.2', 'fdaa::3'])(
    'is warned of once, where it is near: %s',
    (peer) => {
      const { addressOf, warnings } = listening()
      expect(addressOf(from(peer))).toBeDefined()
      expect(warnings).toEqual([])
      addressOf(from(peer, '198.51.100.1'))
      addressOf(from(peer, '198.51.100.2'))
      expect(warnings).toEqual([expect.stringContaining('TRUSTED_PROXIES')])
    },
  )

  it('is not suspected in a stranger who writes the header, nor where some proxy is trusted', () => {
    const open = listening()
    open.addressOf(from('203.0.113.9', '198.51.100.1'))
    const trusting = listening(['203.0.113.7'])
    trusting.addressOf(from('10.1.2.3', '198.51.100.1'))
    expect([open.warnings, trusting.warnings]).toEqual([[], []])
  })
})
