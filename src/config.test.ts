import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isLoopback } from './config/addresses.ts'
import { readConfig } from './config.ts'

const PASSWORD = 'four words are enough'

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
  ['AUTH', 'basic'],
  ['ADMIN_PASSWORD', 'too-short'],
  ['ALLOWED_CLIENTS', 'https://app.example.com'],
  ['ALLOWED_REDIRECTS', '/callback'],
  ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['TRUSTED_PROXIES', 'proxy.example.com'],
  ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
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
  it('is the token when there is one and people cannot sign in safely', () => {
    expect(readConfig({ API_TOKEN: 'abc', HOST: '0.0.0.0' }).auth).toEqual({ mode: 'token', token: 'abc' })
    expect(readConfig({ API_TOKEN: 'abc' }).auth).toEqual({ mode: 'token', token: 'abc' })
    const plain = { PUBLIC_URL: 'http://crm.example.com', API_TOKEN: 'abc' }
    expect(readConfig(plain).auth).toEqual({ mode: 'token', token: 'abc' })
  })

  it.each([
    [{ PUBLIC_URL: 'https://crm.example.com' }, undefined],
    [{ PUBLIC_URL: 'https://crm.example.com', API_TOKEN: 'abc' }, 'abc'],
    [{ AUTH: 'oauth' }, undefined],
    [{ AUTH: 'oauth', PUBLIC_URL: 'http://127.0.0.1:8080', API_TOKEN: 'abc' }, 'abc'],
  ])('is signing in for %j', (environment, token) => {
    expect(readConfig(environment).auth).toEqual({ mode: 'oauth', token })
  })

  it.each([
    [{ HOST: '0.0.0.0' }, 'HOST=0.0.0.0'],
    [{ HOST: '0.0.0.0', AUTH: 'oauth' }, 'HOST=0.0.0.0'],
    [{ PUBLIC_URL: 'http://crm.example.com' }, 'http://crm.example.com'],
    [{ PUBLIC_URL: 'http://crm.example.com', AUTH: 'oauth', API_TOKEN: 'abc' }, 'http://crm.example.com'],
  ])('refuses an address that others reach without safety, and says what to do: %j', (environment, named) => {
    expect(() => readConfig(environment)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(named),
        hint: expect.stringMatching(/PUBLIC_URL.*https.*API_TOKEN.*AUTH=token/),
      }),
    )
  })

  it('opens when AUTH=none is said', () => {
    const said = readConfig({ HOST: '0.0.0.0', AUTH: 'none' })
    expect(said).toMatchObject({ auth: { mode: 'none' }, openUnasked: false, exposed: true })
    const behindProxy = { ALLOWED_HOSTS: 'crm.example.com', TRUSTED_PROXIES: 'loopback', AUTH: 'none' }
    expect(readConfig(behindProxy)).toMatchObject({ auth: { mode: 'none' }, openUnasked: false })
  })

  it('tells a lock that nobody has chosen from one that AUTH=none has opened', () => {
    expect(readConfig({})).toMatchObject({ openUnasked: true, exposed: false })
    expect(readConfig({ AUTH: 'none' })).toMatchObject({ openUnasked: false, exposed: false })
    expect(readConfig({ API_TOKEN: 'abc' })).toMatchObject({ openUnasked: false, exposed: false })
  })

  it.each([
    [{}, 'http://localhost:8080', undefined],
    [{ API_TOKEN: 'abc', PORT: '8090' }, 'http://localhost:8090', 'abc'],
    [{ PUBLIC_URL: 'https://crm.example.com' }, 'https://crm.example.com', undefined],
  ])('has people sign in where there is a password for it: %j', (environment, publicUrl, token) => {
    const config = readConfig({ ADMIN_PASSWORD: PASSWORD, ...environment })
    expect(config).toMatchObject({ auth: { mode: 'oauth' }, publicUrl })
    expect(config.auth).toEqual({ mode: 'oauth', token })
  })

  it.each([{}, { API_TOKEN: 'abc' }])(
    'does not drop a password where people cannot sign in safely: %j',
    (more) => {
      expect(() => readConfig({ ADMIN_PASSWORD: PASSWORD, HOST: '0.0.0.0', ...more })).toThrow(
        expect.objectContaining({
          message: expect.stringContaining('HOST=0.0.0.0'),
          hint: expect.stringMatching(/PUBLIC_URL.*ADMIN_PASSWORD/),
        }),
      )
    },
  )

  it.each([
    { AUTH: 'none' },
    { AUTH: 'none', PUBLIC_URL: 'https://crm.example.com' },
    { AUTH: 'token', API_TOKEN: 'abc' },
  ])('refuses a password that nobody could sign in with: %j', (environment) => {
    expect(() => readConfig({ ADMIN_PASSWORD: PASSWORD, ...environment })).toThrow(
      new RegExp(`^AUTH=${environment.AUTH} and ADMIN_PASSWORD contradict`),
    )
  })

  it.each([
    ['ALLOWED_HOSTS', 'crm.example.com'],
    ['ALLOWED_HOSTS', 'localhost,10.0.0.5'],
    ['ALLOWED_HOSTS', '*'],
    ['TRUSTED_PROXIES', 'loopback'],
  ])('is never open by itself where %s=%s says that others come', (variable, value) => {
    const given = { [variable]: value }
    expect(() => readConfig(given)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(variable),
        hint: expect.stringMatching(/PUBLIC_URL.*https.*API_TOKEN.*AUTH=token/),
      }),
    )
    expect(readConfig({ ...given, API_TOKEN: 'abc' })).toMatchObject({
      auth: { mode: 'token' },
      exposed: true,
    })
    expect(readConfig({ ...given, PUBLIC_URL: 'https://crm.example.com' }).auth.mode).toBe('oauth')
  })

  it('stays open where ALLOWED_HOSTS names this computer alone', () => {
    const ALLOWED_HOSTS = 'localhost, 127.0.0.2, [::1], LOCALHOST'
    expect(readConfig({ ALLOWED_HOSTS })).toMatchObject({ auth: { mode: 'none' }, exposed: false })
  })

  it('refuses AUTH=none beside a token, and AUTH=token without one', () => {
    expect(() => readConfig({ AUTH: 'none', API_TOKEN: 'abc' })).toThrow(/contradict/)
    expect(() => readConfig({ AUTH: 'token' })).toThrow(/API_TOKEN/)
  })
})

describe('the trusted proxies', () => {
  it('are addresses, ranges and words', () => {
    const TRUSTED_PROXIES = 'loopback, private, 203.0.113.7, 2001:db8::/32'
    expect(readConfig({ TRUSTED_PROXIES, AUTH: 'none' }).TRUSTED_PROXIES).toHaveLength(4)
  })

  it.each([
    { RENDER_EXTERNAL_URL: 'https://m.onrender.com' },
    { RAILWAY_PUBLIC_DOMAIN: 'm.up.railway.app' },
    { NF_HOSTS: 'm--x.code.run' },
    { FLY_APP_NAME: 'mostik' },
    { FLY_APP_NAME: 'mostik', PUBLIC_URL: 'https://crm.example.com' },
  ])('are those of the hosting where it says what it is: %j', (hosting) => {
    expect(readConfig(hosting).TRUSTED_PROXIES).toEqual(['loopback', 'private'])
    expect(readConfig({ ...hosting, TRUSTED_PROXIES: '10.1.2.3' }).TRUSTED_PROXIES).toEqual(['10.1.2.3'])
  })

  it('are none elsewhere', () => {
    expect(readConfig({ PUBLIC_URL: 'https://crm.example.com' }).TRUSTED_PROXIES).toEqual([])
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
