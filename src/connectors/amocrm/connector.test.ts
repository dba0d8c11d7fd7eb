import { expect, it } from 'vitest'
import type { Log } from '../../kernel/log.ts'
import { silentLog } from '../../kernel/log.ts'
import { createQueues } from '../../limits/queues.ts'
import { createLocks } from '../../locks/locks.ts'
import { amocrm } from './connector.ts'

const NOW = Date.UTC(2026, 10, 20)
const around = {
  clock: { now: () => NOW },
  log: silentLog,
  queue: createQueues({ log: silentLog }),
  lock: createLocks({ log: silentLog }),
  demo: false,
}
const link = (variables: Record<string, string>, log: Log = silentLog) =>
  amocrm.link(variables, { ...around, log })

function tokenOf(claims: object): string {
  return `aGVhZGVy.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`
}

it('links nothing when the environment names nothing, or names it empty', () => {
  expect(link({})).toBeUndefined()
  expect(link({ AMOCRM_SUBDOMAIN: '', AMOCRM_BASE_URL: ' ', AMOCRM_ACCESS_TOKEN: '' })).toBeUndefined()
  expect(
    link({ AMOCRM_CLIENT_ID: 'id', AMOCRM_CLIENT_SECRET: 's', AMOCRM_REDIRECT_URI: 'https://example.com' }),
  ).toBeUndefined()
})

it.each([
  ['firm', 'https://firm.amocrm.ru'],
  [' Firm-1 ', 'https://firm-1.amocrm.ru'],
  ['firm.amocrm.ru', 'https://firm.amocrm.ru'],
  ['https://firm.kommo.com/leads/list/', 'https://firm.kommo.com'],
])('reads the subdomain %j as %s', (AMOCRM_SUBDOMAIN, baseUrl) => {
  expect(link({ AMOCRM_SUBDOMAIN, AMOCRM_ACCESS_TOKEN: 'abc' })?.client).toHaveProperty('baseUrl', baseUrl)
})

it.each([
  ['https://firm.amocrm.com/', 'https://firm.amocrm.com'],
  ['https://firm.amocrm.ru/leads/detail/1?x=1', 'https://firm.amocrm.ru'],
  ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
  ['http://[::1]:4010/', 'http://[::1]:4010'],
])('reads the address %j as %s', (AMOCRM_BASE_URL, baseUrl) => {
  expect(link({ AMOCRM_BASE_URL, AMOCRM_ACCESS_TOKEN: 'abc' })?.client).toHaveProperty('baseUrl', baseUrl)
})

it.each([
  ['AMOCRM_BASE_URL', 'http://firm.amocrm.ru'],
  ['AMOCRM_BASE_URL', 'https://firm.amocrm.ru.evil.example'],
  ['AMOCRM_BASE_URL', 'https://evil.example/firm.amocrm.ru'],
  ['AMOCRM_BASE_URL', 'https://firm.amocrm.ru:8443'],
  ['AMOCRM_BASE_URL', 'https://firm.amocrm.ru@evil.example'],
  ['AMOCRM_BASE_URL', 'https://user:secret@firm.amocrm.ru'],
  ['AMOCRM_BASE_URL', 'http://127.0.0.1.evil.example'],
  ['AMOCRM_BASE_URL', 'http://169.254.169.254'],
  ['AMOCRM_BASE_URL', 'file:///etc/passwd'],
  ['AMOCRM_BASE_URL', 'our-firm'],
  ['AMOCRM_SUBDOMAIN', 'evil.example'],
  ['AMOCRM_SUBDOMAIN', 'firm.amocrm.ru.evil.example'],
  ['AMOCRM_SUBDOMAIN', 'a@b'],
  ['AMOCRM_SUBDOMAIN', 'фирма'],
  ['AMOCRM_ACCESS_TOKEN', '"abc"'],
  ['AMOCRM_ACCESS_TOKEN', 'Bearer abc'],
  ['AMOCRM_ACCESS_TOKEN', 'abc\ndef'],
  ['AMOCRM_REQUESTS_PER_SECOND', '-7'],
  ['AMOCRM_REQUESTS_PER_SECOND', '51'],
  ['AMOCRM_REQUESTS_PER_SECOND', 'six'],
])('refuses %s=%s and names the variable, not the value', (name, value) => {
  const { error } = amocrm.variables.safeParse({ [name]: value })
  expect(error?.issues.map(({ path }) => path)).toEqual([[name]])
  expect(error?.message).not.toContain(value)
})

it('asks for the token when there is only an address, and for the address when there is only a token', () => {
  expect(() => link({ AMOCRM_SUBDOMAIN: 'firm' })).toThrow(/^AMOCRM_ACCESS_TOKEN is not set/)
  expect(() => link({ AMOCRM_BASE_URL: 'https://firm.amocrm.ru' })).toThrow(/^AMOCRM_ACCESS_TOKEN is not set/)
  expect(() => link({ AMOCRM_ACCESS_TOKEN: 'abc' })).toThrow(/^AMOCRM_SUBDOMAIN is not set/)
})

it('takes the platform from the token, and never a host to call', () => {
  const token = tokenOf({ base_domain: 'kommo.com', api_domain: 'api-c.kommo.com' })
  expect(link({ AMOCRM_SUBDOMAIN: 'firm', AMOCRM_ACCESS_TOKEN: token })?.client).toHaveProperty(
    'baseUrl',
    'https://firm.kommo.com',
  )
  expect(() => link({ AMOCRM_ACCESS_TOKEN: token })).toThrow(/^AMOCRM_SUBDOMAIN is not set/)
  const forged = tokenOf({ base_domain: 'evil.example', api_domain: 'evil.example' })
  expect(link({ AMOCRM_SUBDOMAIN: 'firm', AMOCRM_ACCESS_TOKEN: forged })?.client).toHaveProperty(
    'baseUrl',
    'https://firm.amocrm.ru',
  )
})

it('warns two weeks before the token ends', () => {
  const lines: unknown[] = []
  const log = { ...silentLog, warn: (...line: unknown[]) => void lines.push(line) }
  const days = (n: number) => NOW / 1000 + n * 24 * 3600
  link({ AMOCRM_SUBDOMAIN: 'firm', AMOCRM_ACCESS_TOKEN: tokenOf({ exp: days(30) }) }, log)
  expect(lines).toEqual([])
  link({ AMOCRM_SUBDOMAIN: 'firm', AMOCRM_ACCESS_TOKEN: tokenOf({ exp: days(13) }) }, log)
  expect(lines).toEqual([[{ expiresAt: '2026-12-03T00:00:00.000Z' }, 'amocrm_token_expires']])
})

it('marks the account of the embedded sandbox', () => {
  const variables = { AMOCRM_BASE_URL: 'http://127.0.0.1:4010', AMOCRM_ACCESS_TOKEN: 'abc' }
  expect(amocrm.link(variables, { ...around, demo: true })?.demo).toBe(true)
  expect(link(variables)?.demo).toBe(false)
})

it('stands in one line with the other tokens of the same integration in the same account, and at its own rate', () => {
  const opened: unknown[] = []
  const idle = { turn: async () => {}, hold() {} }
  const queue = (...line: unknown[]) => {
    opened.push(line)
    return idle
  }
  const tokens = [tokenOf({ aud: 'one', jti: 1 }), tokenOf({ aud: 'one', jti: 2 }), tokenOf({ aud: 'two' })]
  for (const AMOCRM_ACCESS_TOKEN of [...tokens, 'opaque']) {
    amocrm.link({ AMOCRM_SUBDOMAIN: 'firm', AMOCRM_ACCESS_TOKEN }, { ...around, queue })
  }
  amocrm.link(
    { AMOCRM_SUBDOMAIN: 'firm', AMOCRM_ACCESS_TOKEN: 'opaque', AMOCRM_REQUESTS_PER_SECOND: '12' },
    { ...around, queue },
  )
  expect(opened).toEqual([
    ['amocrm firm.amocrm.ru one', 6],
    ['amocrm firm.amocrm.ru one', 6],
    ['amocrm firm.amocrm.ru two', 6],
    ['amocrm firm.amocrm.ru', 6],
    ['amocrm firm.amocrm.ru', 12],
  ])
})

it('has one lock for every token of the same account, whichever integration it is of', () => {
  const opened = new Map<string, unknown>()
  const lock = (name: string) => {
    const one = around.lock(name)
    opened.set(name, one)
    return one
  }
  for (const AMOCRM_ACCESS_TOKEN of [tokenOf({ aud: 'one' }), tokenOf({ aud: 'two' }), 'opaque']) {
    const account = amocrm.link({ AMOCRM_SUBDOMAIN: 'firm', AMOCRM_ACCESS_TOKEN }, { ...around, lock })
    expect(account?.client).toHaveProperty('lock', opened.get('amocrm firm.amocrm.ru'))
  }
  expect([...opened.keys()]).toEqual(['amocrm firm.amocrm.ru'])
})
