import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isLoopback, readConfig } from './config.ts'

it('starts on loopback without a lock when nothing is set', () => {
  expect(readConfig({})).toMatchObject({
    PORT: 8080,
    HOST: '127.0.0.1',
    DEMO: 'auto',
    auth: { mode: 'none' },
    publicUrl: undefined,
  })
})

it('takes an empty value for one that is not set', () => {
  expect(readConfig({ PORT: '', API_TOKEN: ' ' })).toMatchObject({ PORT: 8080, auth: { mode: 'none' } })
})

it.each([
  ['PORT', 'eighty'],
  ['PORT', '70000'],
  ['PORT', '80.5'],
  ['PUBLIC_URL', 'crm.example.com'],
  ['PUBLIC_URL', 'ftp://crm.example.com'],
  ['AUTH', 'oauth'],
  ['API_TOKEN', 'two words'],
  ['JOURNAL_DAYS', '0'],
  ['DATABASE_URL', 'mysql://somebody:secret@example.com/name'],
  ['READ_ONLY', 'maybe'],
  ['DEMO', 'sometimes'],
  ['LOG_LEVEL', 'loud'],
  ['ALLOWED_ORIGINS', 'not a url'],
  ['ALLOWED_ORIGINS', 'https://a.example.com/path'],
  ['ALLOWED_HOSTS', 'https://a.example.com'],
])('names %s when it is %j', (variable, value) => {
  expect(() => readConfig({ [variable]: value })).toThrow(new RegExp(`^${variable} is wrong: `))
})

it("reads a connector's own variables and names the bad one", () => {
  const connectors = [{ id: 'amocrm', variables: z.object({ AMOCRM_SUBDOMAIN: z.string().max(5) }) }]
  expect(readConfig({ AMOCRM_SUBDOMAIN: 'okna' }, connectors).connectors).toEqual({
    amocrm: { AMOCRM_SUBDOMAIN: 'okna' },
  })
  expect(() => readConfig({ AMOCRM_SUBDOMAIN: 'too-long' }, connectors)).toThrow(/^AMOCRM_SUBDOMAIN is wrong/)
})

describe('the lock', () => {
  it('is the token when there is one', () => {
    expect(readConfig({ API_TOKEN: 'abc', HOST: '0.0.0.0' }).auth).toEqual({ mode: 'token', token: 'abc' })
  })

  it('refuses an address that others reach without a token, and says what to do', () => {
    expect(() => readConfig({ HOST: '0.0.0.0' })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('HOST=0.0.0.0'),
        hint: expect.stringContaining('API_TOKEN'),
      }),
    )
  })

  it('asks for a decision when a public address says that a proxy stands in front', () => {
    expect(() => readConfig({ PUBLIC_URL: 'https://crm.example.com' })).toThrow(/would open the server/)
  })

  it('opens when AUTH=none is said', () => {
    expect(readConfig({ HOST: '0.0.0.0', AUTH: 'none' }).auth).toEqual({ mode: 'none' })
  })

  it('refuses AUTH=none beside a token, and AUTH=token without one', () => {
    expect(() => readConfig({ AUTH: 'none', API_TOKEN: 'abc' })).toThrow(/contradict/)
    expect(() => readConfig({ AUTH: 'token' })).toThrow(/API_TOKEN/)
  })
})

it.each([
  [{ PUBLIC_URL: 'https://a.example.com/' }, 'https://a.example.com'],
  [{ RENDER_EXTERNAL_URL: 'https://m.onrender.com' }, 'https://m.onrender.com'],
  [{ RAILWAY_PUBLIC_DOMAIN: 'm.up.railway.app' }, 'https://m.up.railway.app'],
  [{ NF_HOSTS: 'm--x.code.run,other.code.run' }, 'https://m--x.code.run'],
  [{ FLY_APP_NAME: 'mostik' }, 'https://mostik.fly.dev'],
  [{ PUBLIC_URL: 'https://a.example.com', FLY_APP_NAME: 'mostik' }, 'https://a.example.com'],
])('finds the public address in %j', (environment, expected) => {
  expect(readConfig({ ...environment, AUTH: 'none' }).publicUrl).toBe(expected)
})

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.8.0.1', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['192.168.1.2', false],
  ['127.0.0.1.example.com', false],
])('knows whether %s is loopback', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})
