import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStand, type Stand } from './testing/stand.ts'
import { createVisitor, type Visitor } from './testing/visitor.ts'

const PASSWORD = 'three plain green words'

let stand: Stand

beforeAll(async () => {
  stand = await openStand()
  const key = await stand.people.setupKey()
  const owner = createVisitor(stand.origin)
  await owner.get(`/console/setup/${key}`)
  await owner.post(`/console/setup/${key}`, { login: 'anna@example.ru', name: 'Анна', password: PASSWORD })
})

afterAll(() => stand[Symbol.asyncDispose]())

async function signedIn(): Promise<Visitor> {
  const visitor = createVisitor(stand.origin)
  await visitor.get('/console/sign-in')
  await visitor.post('/console/sign-in', { login: 'anna@example.ru', password: PASSWORD })
  await visitor.get('/console/profile')
  return visitor
}

describe('signing in', () => {
  it('leads to the console, with a session that scripts cannot read', async () => {
    const visitor = createVisitor(stand.origin)
    await visitor.get('/console/sign-in')

    const page = await visitor.post('/console/sign-in', { login: ' ANNA@example.ru', password: PASSWORD })

    expect(page.status).toBe(303)
    expect(page.location).toBe('/console')
    expect(page.setCookies[0]).toMatch(/^mostik=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=25\d{5}$/)
    expect((await visitor.get('/console')).location).toBe('/console/accounts')
  })

  it('keeps what was typed but the password, and says nothing about which of the two is wrong', async () => {
    const visitor = createVisitor(stand.origin)
    await visitor.get('/console/sign-in?next=/console/people')

    const wrong = await visitor.post('/console/sign-in', {
      login: 'anna@example.ru',
      password: 'wrong words indeed',
      next: '/console/people',
    })
    const unknown = await visitor.post('/console/sign-in', {
      login: 'nobody@example.ru',
      password: 'wrong words indeed',
      next: '/console/people',
    })

    expect(wrong.status).toBe(403)
    expect(wrong.html).toContain('role="alert"')
    expect(wrong.html).toContain('value="anna@example.ru"')
    expect(wrong.html).toContain('name="next" value="/console/people"')
    expect(wrong.html).not.toContain('wrong words')
    expect(unknown.html.replaceAll('nobody@', 'anna@')).toBe(wrong.html)
  })

  it('gives a new session each time and ends the one before, so that a planted one is worth nothing', async () => {
    const visitor = await signedIn()
    const first = visitor.cookies.get('mostik') ?? ''

    await visitor.post('/console/sign-in', { login: 'anna@example.ru', password: PASSWORD })

    expect(visitor.cookies.get('mostik')).not.toBe(first)
    const thief = createVisitor(stand.origin)
    thief.cookies.set('mostik', first)
    expect((await thief.get('/console/profile')).location).toBe('/console/sign-in?next=%2Fconsole%2Fprofile')
  })

  it('never takes over a token that came with the request', async () => {
    const visitor = createVisitor(stand.origin)
    await visitor.get('/console/sign-in')
    visitor.cookies.set('mostik', 'A'.repeat(43))

    await visitor.post('/console/sign-in', { login: 'anna@example.ru', password: PASSWORD })

    expect(visitor.cookies.get('mostik')).not.toBe('A'.repeat(43))
    const planted = createVisitor(stand.origin)
    planted.cookies.set('mostik', 'A'.repeat(43))
    expect((await planted.get('/console/profile')).status).toBe(303)
  })

  it('throttles, says when to come back, and lets the page be read meanwhile', async () => {
    await using own = await openStand({ adminPassword: PASSWORD })
    const visitor = createVisitor(own.origin)
    await visitor.get('/console/sign-in')
    let page = await visitor.post('/console/sign-in', { login: 'owner', password: 'guess' })
    for (let attempt = 1; attempt < 12 && page.status === 403; attempt++) {
      page = await visitor.post('/console/sign-in', { login: 'owner', password: `guess ${attempt}` })
    }

    expect(page.status).toBe(429)
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(page.html).toMatch(/Try again in \d+ s\./)
    expect((await visitor.get('/console/sign-in')).status).toBe(200)
  })

  it('lets a browser in that was signed in before, while strangers guess', async () => {
    await using alone = await openStand({ adminPassword: PASSWORD })
    const owner = createVisitor(alone.origin)
    await owner.get('/console/sign-in')
    const entered = await owner.post('/console/sign-in', { login: 'owner', password: PASSWORD })
    const stranger = createVisitor(alone.origin)
    await stranger.get('/console/sign-in')
    for (let guess = 0; guess < 11; guess++)
      await stranger.post('/console/sign-in', { login: 'owner', password: `guess ${guess}` })
    await owner.get('/console/profile')
    await owner.post('/console/sign-out', {})
    await owner.get('/console/sign-in')

    const again = await owner.post('/console/sign-in', { login: 'owner', password: PASSWORD })
    const right = await stranger.post('/console/sign-in', { login: 'owner', password: PASSWORD })

    expect(entered.setCookies).toContainEqual(
      expect.stringMatching(/^mostik-browser=[\w.-]{66}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=31536000$/),
    )
    expect(again.status).toBe(303)
    expect(right.status).toBe(429)
  })

  it('says on a server without an owner where the first link is', async () => {
    await using fresh = await openStand()
    expect((await createVisitor(fresh.origin).get('/console/sign-in')).html).toContain('no owner yet')
    expect((await createVisitor(stand.origin).get('/console/sign-in')).html).not.toContain('no owner yet')
  })
})

describe('where a sign-in leads', () => {
  it.each([
    ['/console/people', '/console/people'],
    ['/console/access?done=1', '/console/access?done=1'],
    ['/oauth/interaction/abc', '/oauth/interaction/abc'],
  ])('goes on to %s', async (next, expected) => {
    const visitor = await signedIn()
    const page = await visitor.get(`/console/sign-in?next=${encodeURIComponent(next)}`)
    expect(page.location).toBe(expected)
  })

  it.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/console/..//evil.example',
    '/console/%2e%2e//evil.example',
    '/\t/evil.example',
    '/console\n//evil.example',
    '/consolexyz',
    '/console.evil.example',
    '/oauth/token',
    ' /console/people@evil.example',
    `/console/${'a'.repeat(3000)}`,
  ])('stays at home for %j', async (next) => {
    const visitor = createVisitor(stand.origin)
    const shown = await visitor.get(`/console/sign-in?next=${encodeURIComponent(next)}`)
    const page = await visitor.post('/console/sign-in', {
      login: 'anna@example.ru',
      password: PASSWORD,
      next,
    })

    expect(shown.html).not.toContain('name="next"')
    const target = new URL(page.location ?? '', 'http://own.invalid')
    expect(target.origin).toBe('http://own.invalid')
    expect(target.pathname).toMatch(/^\/console(\/|$)/)
  })
})

describe('pages of a person', () => {
  it.each(['/console', '/console/profile', '/console/people', '/console/people?done=removed'])(
    'send a stranger from %s to sign in and back',
    async (path) => {
      const page = await createVisitor(stand.origin).get(path)
      expect(page.status).toBe(303)
      expect(page.location).toBe(`/console/sign-in?next=${encodeURIComponent(path)}`)
    },
  )

  it.each([
    '/console/sign-out',
    '/console/profile/password',
    '/console/people',
    '/console/passkeys/register',
  ])('do nothing for a stranger who posts to %s', async (path) => {
    const page = await createVisitor(stand.origin).post(path, { name: 'x' })
    expect(page.status).toBe(303)
    expect(page.location).toBe('/console/sign-in')
  })

  it('are kept by no cache and framed by nobody', async () => {
    const { headers } = await (await signedIn()).get('/console/profile')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('content-security-policy')).toMatch(/form-action 'self'(;|$)/)
  })
})

describe('signing out', () => {
  it('ends the session on the server, not in the browser alone', async () => {
    const visitor = await signedIn()
    const token = visitor.cookies.get('mostik') ?? ''

    const page = await visitor.post('/console/sign-out', {})

    expect(page.location).toBe('/console/sign-in?signed-out=1')
    expect(visitor.cookies.has('mostik')).toBe(false)
    visitor.cookies.set('mostik', token)
    expect((await visitor.get('/console/profile')).status).toBe(303)
  })
})

describe('over https', () => {
  it('gives cookies that no other host of the domain can plant', async () => {
    await using https = await openStand({
      adminPassword: PASSWORD,
      publicUrl: 'https://mostik.example.ru/crm',
    })
    const visitor = createVisitor(https.origin)
    const shown = await visitor.get('/console/sign-in')

    const page = await visitor.post('/console/sign-in', { login: 'owner', password: PASSWORD })

    expect(shown.setCookies[0]).toMatch(
      /^__Host-mostik-form=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    )
    expect(page.setCookies[0]).toMatch(/^__Host-mostik=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; /)
    expect(page.location).toBe('/crm/console')
    expect(shown.html).toContain('action="/crm/console/sign-in"')
  })
})
