import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createGuard } from './guards.ts'

const guard = createGuard({ hosts: ['crm.example.com'], origins: ['https://app.example.com/'] })
const request = (headers: Record<string, string>, method = 'POST') =>
  ({ headers, method }) as unknown as IncomingMessage

function corsOf(headers: Record<string, string>, method?: string) {
  const answered = new Map<string, string>()
  const response = { setHeader: (name: string, value: string) => answered.set(name, value) }
  guard.addHeaders(request(headers, method), response as unknown as ServerResponse)
  return answered
}

describe('the host', () => {
  it.each([
    'localhost',
    'localhost:8080',
    '127.0.0.1:1',
    '[::1]:8080',
    'crm.example.com',
    'CRM.example.com:443',
  ])('answers to %s', (host) => expect(guard.refuse(request({ host }))).toBeUndefined())

  it.each([
    '',
    'evil.example.com',
    'localhost.evil.example.com',
    'crm.example.com.evil.org',
    '127.0.0.1.nip.io',
    'a b',
    '0.0.0.0',
  ])('turns %j away', (host) => expect(guard.refuse(request({ host }))?.hint).toContain('PUBLIC_URL'))

  it('answers to any name when * is said', () => {
    expect(createGuard({ hosts: ['*'], origins: [] }).refuse(request({ host: 'x.example' }))).toBeUndefined()
  })
})

describe('the origin', () => {
  const from = (origin: string) => guard.refuse(request({ host: 'localhost', origin }))

  it.each(['http://localhost:6274', 'http://127.0.0.1', 'https://app.example.com'])(
    'lets %s call',
    (origin) => expect(from(origin)).toBeUndefined(),
  )

  it.each([
    'null',
    'https://evil.example.com',
    'https://app.example.com.evil.org',
    'http://app.example.com',
    'garbage',
  ])('turns %s away', (origin) => expect(from(origin)?.hint).toContain('ALLOWED_ORIGINS'))
})

describe('what is open to any origin', () => {
  it('is read by foreign pages, under a known host alone', () => {
    const headers = { host: 'localhost', origin: 'https://evil.example.com' }
    expect(guard.refuse(request(headers), true)).toBeUndefined()
    expect(guard.refuse(request({ ...headers, host: 'evil.example.com' }), true)).toBeDefined()
    const answered = new Map<string, string>()
    const response = { setHeader: (name: string, value: string) => answered.set(name, value) }
    guard.addHeaders(request(headers, 'GET'), response as unknown as ServerResponse, true)
    expect(answered.get('access-control-allow-origin')).toBe('*')
  })
})

describe('a request of a foreign page without an origin', () => {
  const site = { host: 'localhost', 'sec-fetch-site': 'cross-site' }

  it('is turned away, unless a person follows a link', () => {
    expect(guard.refuse(request({ ...site, 'sec-fetch-mode': 'no-cors' }))).toBeDefined()
    expect(guard.refuse(request({ ...site, 'sec-fetch-mode': 'navigate' }))).toBeUndefined()
  })
})

describe('a request that a proxy has passed on', () => {
  const local = createGuard({ hosts: [], origins: [], forThisMachineOnly: true })

  it.each([
    ['forwarded', 'for=198.51.100.1'],
    ['x-forwarded-for', '198.51.100.1'],
    ['x-forwarded-host', 'crm.example.com'],
    ['x-real-ip', '198.51.100.1'],
  ])('is turned away by %s where the server is open for this machine only', (name, value) => {
    const sent = { host: 'localhost', [name]: value }
    expect(local.refuse(request(sent))?.hint).toContain('PUBLIC_URL')
    expect(local.refuse(request(sent), true)?.hint).toContain('AUTH=none')
    expect(guard.refuse(request(sent))).toBeUndefined()
  })

  it('is told from one of this machine', () => {
    expect(local.refuse(request({ host: 'localhost:8080' }))).toBeUndefined()
  })
})

describe('CORS', () => {
  const origin = 'http://localhost:6274'

  it('exposes what a browser client must read', () => {
    const exposed = corsOf({ origin }).get('access-control-expose-headers')
    for (const name of ['mcp-session-id', 'www-authenticate', 'mcp-protocol-version'])
      expect(exposed).toContain(name)
  })

  it('names the request headers of MCP in a preflight, and the mcp-param ones that are asked for', () => {
    const asked = 'content-type, Mcp-Param-Region, x-evil'
    const allowed = corsOf({ origin, 'access-control-request-headers': asked }, 'OPTIONS').get(
      'access-control-allow-headers',
    )
    expect(allowed).toContain('mcp-method')
    expect(allowed).toContain('last-event-id')
    expect(allowed).toContain('mcp-param-region')
    expect(allowed).not.toContain('x-evil')
  })

  it('says nothing to programs that are not web pages', () => {
    expect([...corsOf({}).keys()]).toEqual(['x-content-type-options'])
  })
})

it('tells browsers to stay with https where everybody comes by it', () => {
  const headersOf = (https: boolean) => {
    const answered = new Map<string, string>()
    const response = { setHeader: (name: string, value: string) => answered.set(name, value) }
    createGuard({ hosts: [], origins: [], https }).addHeaders(
      request({ host: 'localhost' }),
      response as unknown as ServerResponse,
    )
    return answered
  }
  expect(headersOf(true).get('strict-transport-security')).toBe('max-age=31536000')
  expect(headersOf(false).has('strict-transport-security')).toBe(false)
})
