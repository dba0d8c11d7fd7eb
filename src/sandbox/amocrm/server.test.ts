import { request as rawRequest } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AmocrmSandbox, startAmocrmSandbox } from './server.ts'
import { callerOf } from './testing.ts'

let sandbox: AmocrmSandbox
let api: ReturnType<typeof callerOf>

beforeAll(async () => {
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 1000 })
  api = callerOf(sandbox, fetch)
})
beforeEach(() => api.control({ reset: true }))
afterAll(() => sandbox.close())

describe('starting', () => {
  it('rejects with EADDRINUSE when the port is taken', async () => {
    const port = Number(new URL(sandbox.baseUrl).port)
    await expect(startAmocrmSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('gives out other secrets and the same data at every start', async () => {
    const other = await startAmocrmSandbox()
    expect(other.accessToken).not.toBe(sandbox.accessToken)
    expect(other.clientSecret).not.toBe(sandbox.clientSecret)
    const [first] = await callerOf(other, fetch).list('/leads?limit=1')
    expect(first.name).toBe((await api.list('/leads?limit=1'))[0].name)
    await other.close()
  })
})

describe('the token', () => {
  it('is a long JWT with the claims of the real one', async () => {
    expect(sandbox.accessToken.length).toBeGreaterThan(900)
    const [header, claims] = sandbox.accessToken
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString())
    expect(JSON.parse(header ?? '')).toMatchObject({ typ: 'JWT', alg: 'HS256' })
    const { body: account } = await api.get('/account')
    expect(JSON.parse(claims ?? '')).toMatchObject({
      aud: sandbox.clientId,
      sub: String(account.current_user_id),
      account_id: account.id,
      base_domain: new URL(sandbox.baseUrl).host,
      scopes: expect.arrayContaining(['crm']),
      exp: expect.any(Number),
    })
  })

  it.each([
    ['no token', {}],
    ['an unknown token', { Authorization: 'Bearer nonsense' }],
    ['another scheme', { Authorization: 'Basic dTpw' }],
  ])('answers 401 with a Russian problem for %s', async (_case, headers) => {
    const response = await fetch(`${sandbox.baseUrl}/api/v4/account`, { headers })
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toEqual({
      title: 'Unauthorized',
      type: 'https://httpstatus.es/401',
      status: 401,
      detail: 'Неверный логин или пароль',
    })
  })

  it('speaks for another user when X-Context-User-ID names one, and refuses a deactivated one', async () => {
    const users = await api.list('/users')
    const manager = users.find((user) => user.rights.is_active && !user.rights.is_admin)
    const gone = users.find((user) => !user.rights.is_active)
    const asManager = await api.get('/account', { 'X-Context-User-ID': String(manager.id) })
    expect(asManager.body.current_user_id).toBe(manager.id)
    expect((await api.get('/account', { 'X-Context-User-ID': String(gone.id) })).status).toBe(401)
    expect((await api.get('/account', { 'X-Context-User-ID': 'constructor' })).status).toBe(401)
  })
})

describe('replies', () => {
  it('carry the headers of the real API', async () => {
    const { headers } = await api.get('/account')
    expect(headers.get('content-type')).toBe('application/hal+json')
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('x-runtime-generated')).toMatch(/^\d+\.\d+$/)
  })

  it('are problems for unknown routes and wrong methods', async () => {
    expect(await api.get('/nothing/here')).toMatchObject({
      status: 404,
      body: { status: 404, title: 'Not Found' },
    })
    expect((await api.request('DELETE', '/api/v4/leads')).status).toBe(405)
    expect((await api.request('GET', '/elsewhere')).status).toBe(404)
  })
})

describe('bad input', () => {
  it.each(['{', '[1,', 'price=1', '\u0000'])('answers 400 for the body %j', async (body) => {
    expect((await api.post('/leads', body)).status).toBe(400)
  })

  it.each(['{}', '"text"', '5', 'null', '[]', '[1]', '[null]', '[[]]'])(
    'answers 400 for %s where an array of objects is due',
    async (body) => {
      expect((await api.post('/leads', body)).status).toBe(400)
    },
  )

  it('answers 413 in HTML for a body over the limit, and goes on working', async () => {
    const answer = await api.post('/leads', 'x'.repeat(5 * 1024 * 1024))
    expect(answer.status).toBe(413)
    expect(answer.text).toContain('<html>')
    expect((await api.get('/account')).status).toBe(200)
  })

  it('answers 400 for more elements than a call may have', async () => {
    expect((await api.post('/leads', Array(251).fill({ name: 'x' }))).status).toBe(400)
    expect((await api.post('/leads/complex', Array(51).fill({ name: 'x' }))).status).toBe(400)
  })

  it.each([
    '?filter[__proto__][polluted]=1',
    '?filter[constructor][prototype][polluted]=1&with=__proto__&order[__proto__]=desc',
    '?page=99999999999999999999&limit=-5',
    '?page[]=1&limit[a]=2&with[x][y]=1&query[]=z',
    `?filter[${'a]['.repeat(300)}]=1`,
    '?&&==&%ZZ=%',
    `?${'a[]&'.repeat(1500)}`,
  ])('survives the query %s', async (query) => {
    for (const path of [
      '/leads',
      '/tasks',
      '/events',
      '/contacts/notes',
      '/leads/tags',
      '/leads/custom_fields',
    ]) {
      expect([200, 204]).toContain((await api.get(path + query)).status)
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('survives special keys and deep nesting in bodies, and stores none of it', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    const bodies = [
      '[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"name":"ok"}]',
      `[{"name":"deep","custom_fields_values":[{"field_code":"PHONE","values":[{"value":${deep}}]}]}]`,
      '[{"name":"x","_embedded":{"__proto__":[],"tags":[{"name":"toString"}]}}]',
    ]
    for (const body of bodies) expect((await api.post('/contacts', body)).status).toBeLessThan(500)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect((await api.get('/contacts?query=ok')).status).toBe(200)
  })

  it('survives paths that are no paths', async () => {
    const { port } = new URL(sandbox.baseUrl)
    for (const path of ['//', '/api/v4/%00', '/api/v4/leads/1e9', '*']) {
      const status = await new Promise((resolve) => {
        rawRequest({ port, path, method: 'GET' }, (response) => {
          response.resume()
          resolve(response.statusCode)
        }).end()
      })
      expect([401, 404]).toContain(status)
    }
  })
})
