import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Route } from '../../src/http/router.ts'
import { signedIn } from '../support/oauth/people.ts'
import { raw } from '../support/oauth/raw.ts'
import { type OauthStack, startOauthStack } from '../support/oauth/stack.ts'
import { initialize, JSON_HEADERS } from '../support/rpc.ts'

const API_TOKEN = 'a-token-that-is-good-at-every-locked-route'

let stack: OauthStack
let cookie: string
beforeAll(async () => {
  stack = await startOauthStack({ environment: { API_TOKEN } })
  const owner = await signedIn(stack.url)
  cookie = owner.cookies.headerFor(new URL(stack.url))
})
afterAll(() => stack.close())

/** The routes that anybody may open. One more is a decision: it is made here too. */
const OPEN = [
  'GET /healthz',
  'GET /health',
  'GET /readyz',
  'GET /',
  'GET /docs',
  'GET /openapi.json',
  'GET /assets/:name',
  'GET /.well-known/*',
  'GET /oauth/jwks',
  'GET /oauth/authorize',
  'GET /oauth/authorize/:uid',
  'POST /oauth/token',
  'POST /oauth/register',
  'POST /oauth/revoke',
  'GET /oauth/interaction/:uid',
  'POST /oauth/interaction/:uid',
  'GET /console/sign-in',
  'POST /console/sign-in',
  'GET /console/setup/:key',
  'POST /console/setup/:key',
  'GET /console/invite/:key',
  'POST /console/invite/:key',
  'POST /console/passkeys/authentication',
  'POST /console/passkeys/sign-in',
]

/** A request to each route, one for each method that it takes. */
function requestsTo(needs: Route['needs']) {
  return stack.routes
    .filter((route) => route.needs === needs)
    .flatMap(({ method, path }) =>
      (method === 'ALL' ? ['GET', 'POST', 'DELETE'] : [method]).map((one) => ({
        method: one,
        path: pathFor(path),
      })),
    )
}

const pathFor = (pattern: string) =>
  pattern.replace('/.well-known/*', '/.well-known/openid-configuration').replaceAll(/:\w+/g, 'x')

/** As the route's own client would ask, with these headers. */
function ask(
  { method, path }: { method: string; path: string },
  headers: Record<string, string> = {},
  query = '',
) {
  const isForm = path.startsWith('/oauth/') || path.startsWith('/console/')
  const type = isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : JSON_HEADERS
  const body = method === 'POST' ? (isForm ? 'a=b' : JSON.stringify(initialize())) : undefined
  return raw(method, stack.url + path + query, { ...type, ...headers }, body)
}

const foreign = () => ({ host: 'evil.example.com' })
const ofAnotherSite = { origin: 'https://evil.example.com' }

it('every route says what it needs, and no more are open than those that are known to be', () => {
  expect(stack.routes.length).toBeGreaterThan(40)
  const open = stack.routes.filter(({ needs }) => ['nothing', 'any origin', 'known place'].includes(needs))
  expect(open.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(OPEN.toSorted())
  const ours = ({ method, path }: Route) => `${method} ${path}`
  expect(new Set(stack.routes.map(ours)).size).toBe(stack.routes.length)
})

describe('a route that needs nothing', () => {
  it('answers under any name, and tells nothing but that the server lives', async () => {
    for (const request of requestsTo('nothing')) {
      const { status, body } = await ask(request, foreign())
      expect([request, status]).toEqual([request, 200])
      expect(Object.keys(JSON.parse(body))).toEqual(['status'])
    }
  })
})

describe('a route that needs a known place', () => {
  it.each(['any origin', 'known place', 'person', 'bearer'] as const)(
    'answers to no other host name (%s)',
    async (needs) => {
      const requests = requestsTo(needs)
      expect(requests.length).toBeGreaterThan(0)
      for (const request of requests) {
        const answer = await ask(request, { ...foreign(), authorization: `Bearer ${API_TOKEN}`, cookie })
        expect([request, answer.status]).toEqual([request, 403])
      }
    },
  )

  it.each(['known place', 'person', 'bearer'] as const)(
    'answers to no page of another site (%s)',
    async (needs) => {
      for (const request of requestsTo(needs)) {
        const answer = await ask(request, { ...ofAnotherSite, authorization: `Bearer ${API_TOKEN}`, cookie })
        expect([request, answer.status]).toEqual([request, 403])
        expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      }
    },
  )

  it('answers strangers without a failure', async () => {
    for (const request of [...requestsTo('known place'), ...requestsTo('any origin')]) {
      const { status, body } = await ask(request)
      expect([request, status < 500]).toEqual([request, true])
      expect(body).not.toMatch(/at .+\.(ts|js):\d+/)
    }
  })
})

describe('a route that needs a person', () => {
  const asStrangers: [string, Record<string, string>, string][] = [
    ['nothing', {}, ''],
    ['a cookie of nobody', { cookie: `mostik=${'x'.repeat(43)}` }, ''],
    ['a bearer token', { authorization: `Bearer ${API_TOKEN}` }, ''],
    ['a token in the address', {}, `?access_token=${API_TOKEN}&token=${API_TOKEN}`],
  ]

  it.each(asStrangers)('sends whoever brings %s to sign in', async (_, headers, query) => {
    const requests = requestsTo('person')
    expect(requests.length).toBeGreaterThan(8)
    for (const request of requests) {
      const { status, headers: answered, body } = await ask(request, headers, query)
      expect([request, status]).toEqual([request, 303])
      expect(answered.get('location')).toMatch(/\/console\/sign-in(\?next=|$)/)
      expect(body).toBe('')
    }
  })

  it('takes no form without its token, from whoever is signed in', async () => {
    for (const request of requestsTo('person').filter(({ method }) => method === 'POST')) {
      const { status } = await ask(request, { cookie })
      expect([request, status]).toEqual([request, 403])
    }
  })

  it('opens for whoever is signed in', async () => {
    for (const request of requestsTo('person').filter(
      ({ method, path }) => method === 'GET' && !path.includes('/x'),
    )) {
      const { status, headers } = await ask(request, { cookie })
      expect([request, status === 200 || !headers.get('location')?.includes('sign-in')]).toEqual([
        request,
        true,
      ])
    }
  })
})

describe('a route that needs a token', () => {
  const asStrangers: [string, () => Record<string, string>, string][] = [
    ['nothing', () => ({}), ''],
    ['a wrong token', () => ({ authorization: `Bearer ${API_TOKEN.slice(0, -1)}` }), ''],
    ['a token by another scheme', () => ({ authorization: `Basic ${btoa(`x:${API_TOKEN}`)}` }), ''],
    ['the session of the console', () => ({ cookie }), ''],
    [
      'a token in the address',
      () => ({}),
      `?access_token=${API_TOKEN}&token=${API_TOKEN}&authorization=${API_TOKEN}`,
    ],
    [
      'a token in another header',
      () => ({ 'x-api-key': API_TOKEN, 'x-authorization': `Bearer ${API_TOKEN}` }),
      '',
    ],
  ]

  it.each(asStrangers)('refuses whoever brings %s', async (_, headers, query) => {
    const requests = requestsTo('bearer')
    expect(requests.length).toBeGreaterThan(20)
    for (const request of requests) {
      const { status, headers: answered, body } = await ask(request, headers(), query)
      expect([request, status]).toEqual([request, 401])
      expect(answered.get('www-authenticate')).toMatch(/^Bearer realm="mostik"/)
      expect(JSON.parse(body)).toMatchObject({ error: 'unauthorized' })
    }
  })

  it('lets a good one in', async () => {
    for (const request of requestsTo('bearer')) {
      const { status } = await ask(request, { authorization: `Bearer ${API_TOKEN}` })
      expect([request, [401, 403].includes(status)]).toEqual([request, request.path === '/oauth/userinfo'])
    }
  })
})

describe('any other address', () => {
  it('of the console sends a browser to sign in first, and tells nobody else anything', async () => {
    const { status, headers } = await raw('GET', `${stack.url}/console/nothing`)
    expect([status, headers.get('location')]).toEqual([303, '/console/sign-in?next=%2Fconsole%2Fnothing'])
    expect((await raw('POST', `${stack.url}/console/nothing`)).status).toBe(401)
  })

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'])(
    'is locked for %s too',
    async (method) => {
      for (const path of [
        '/nothing',
        '/oauth/nothing',
        '/api/tools/x/y',
        '/mcp/x',
        '/lab',
        '/.env',
        '/metrics',
      ]) {
        const { status } = await raw(method, stack.url + path)
        expect([method, path, status]).toEqual([method, path, 401])
      }
    },
  )

  it('is not reached by writing a locked one in another way', async () => {
    for (const path of [
      '//mcp',
      '/%6dcp',
      '/mcp;x',
      '/./mcp',
      '/console/../mcp',
      '/MCP',
      '/mcp%00',
      '/mcp%2f..',
      '/assets/..%2fmcp',
    ]) {
      const { status } = await raw('POST', stack.url + path, JSON_HEADERS, JSON.stringify(initialize()))
      expect([path, [400, 401, 404].includes(status)]).toEqual([path, true])
    }
  })
})
