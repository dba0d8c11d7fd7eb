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

describe('the control interface', () => {
  it('tells the state, needs no token, and lies at a secret path', async () => {
    const { body } = await api.control()
    expect(body).toMatchObject({ filterMode: 'basic', quota: 1000, blocked: false, usersForbidden: false })
    expect(body.records.leads).toBeGreaterThan(300)
    expect((await api.request('GET', '/control/guess')).status).toBe(404)
  })

  it.each([
    { nonsense: 1 },
    { filterMode: 'most' },
    { quota: -1 },
    { fail: { status: 200 } },
    { fail: { status: 500, count: 0 } },
    { clock: { now: 'yesterday' } },
    { latencyMs: 1e9 },
  ])('refuses %j and changes nothing', async (switches) => {
    const answer = await api.control({ filterMode: 'full', ...switches })
    expect(answer.status).toBe(400)
    expect((await api.control()).body.filterMode).toBe('basic')
  })

  it('puts everything back on reset, but not the token', async () => {
    const before = await api.list('/leads?limit=3')
    await api.patch(`/leads/${before[0].id}`, { name: 'Иное' })
    await api.control({ filterMode: 'full', usersForbidden: true, fail: { status: 500, count: 5 } })
    await api.control({ reset: true })
    expect((await api.list('/leads?limit=3'))[0].name).toBe(before[0].name)
    expect((await api.get('/users')).status).toBe(200)
  })

  it('stops and moves the clock', async () => {
    await api.control({ clock: { now: '2026-03-01T12:00:00+03:00' } })
    const id = await api.make('/leads', { name: 'Весна' })
    expect((await api.get(`/leads/${id}`)).body.created_at).toBe(1_772_355_600)
    await api.control({ clock: { advanceSeconds: 3600 } })
    await api.patch(`/leads/${id}`, { name: 'Позже' })
    expect((await api.get(`/leads/${id}`)).body.updated_at).toBe(1_772_359_200)
  })
})

describe('refusals', () => {
  it.each([
    [{ status: 'unpaid' }, 402, 'application/problem+json'],
    [{ status: 'disabled' }, 401, 'application/problem+json'],
    [{ status: 'blocked' }, 403, 'text/html'],
    [{ status: 429 }, 429, 'text/html'],
    [{ status: 504 }, 504, 'text/html'],
    [{ status: 422 }, 422, 'application/problem+json'],
  ])('%j is told as many times as asked', async (fail, status, type) => {
    await api.control({ fail: { ...fail, count: 2 } })
    for (let time = 0; time < 2; time++) {
      const answer = await api.get('/account')
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toBe(type)
      expect(answer.headers.get('retry-after')).toBeNull()
    }
    expect((await api.get('/account')).status).toBe(200)
  })

  it('keeps the list of users from those who may not see it', async () => {
    await api.control({ usersForbidden: true })
    const [user] = [await api.get('/users'), await api.get('/account')].map(({ status }) => status)
    expect(user).toBe(403)
    expect((await api.get('/leads')).status).toBe(200)
  })
})

describe('a cut connection', () => {
  it('before the effect leaves nothing behind', async () => {
    await api.control({ fail: { cut: 'before', count: 1 } })
    await expect(api.post('/leads', [{ name: 'Ничего не было' }])).rejects.toThrow()
    expect(await api.list(`/leads?query=${encodeURIComponent('Ничего не было')}`)).toEqual([])
  })

  it('after the effect leaves the change behind', async () => {
    await api.control({ fail: { cut: 'after', count: 1 } })
    expect((await api.get('/leads')).status).toBe(200)
    await expect(api.post('/leads', [{ name: 'Было' }])).rejects.toThrow()
    expect(await api.list(`/leads?query=${encodeURIComponent('Было')}`)).toHaveLength(1)
  })
})

describe('the quota', () => {
  it('answers 429 in HTML above it, and blocks the account when the calls go on', async () => {
    await api.control({ quota: 3 })
    const burst = await Promise.all(Array.from({ length: 9 }, () => api.get('/account')))
    const refused = burst.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]?.text).toContain('nginx')
    expect(refused[0]?.headers.get('retry-after')).toBeNull()
    await Promise.all(Array.from({ length: 60 }, () => api.get('/account')))
    const blocked = await api.get('/account')
    expect(blocked.status).toBe(403)
    expect(blocked.text).toContain('<html>')
    await api.control({ quota: 1000 })
    expect((await api.get('/account')).status).toBe(200)
  })
})
