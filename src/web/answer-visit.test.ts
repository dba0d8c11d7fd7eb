import { html } from 'hono/html'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { openStand, type Stand } from './testing/stand.ts'
import { createVisitor, type Visitor } from './testing/visitor.ts'
import type { WebRoute } from './visit.ts'

const PASSWORD = 'three plain green words'
const TARGETS = [
  'https://chatgpt.com',
  "https://a.example; script-src 'unsafe-inline'",
  'cursor:',
  '*',
  'https:',
]

const logged: object[] = []
const log: Log = { info() {}, warn() {}, error: (fields, event) => void logged.push({ ...fields, event }) }

const routes: readonly WebRoute[] = [
  {
    method: 'GET',
    path: '/console/test/:what',
    needs: 'nothing',
    async handle(visit) {
      if (visit.params.what === 'bug') throw new Error('secret detail')
      if (visit.params.what === 'away') throw new AppError('unavailable', 'The store is away.')
      return visit.page({ title: 'Test', main: html`<h1>Test</h1>`, formAction: TARGETS })
    },
  },
]

let stand: Stand

beforeAll(async () => {
  stand = await openStand({ adminPassword: PASSWORD, routes, log })
})

afterAll(() => stand[Symbol.asyncDispose]())

async function signedIn(): Promise<Visitor> {
  const visitor = createVisitor(stand.origin)
  await visitor.get('/console/sign-in')
  await visitor.post('/console/sign-in', { login: 'owner', password: PASSWORD })
  await visitor.get('/console/people')
  return visitor
}

async function isIn(visitor: Visitor): Promise<boolean> {
  return (await visitor.get('/console/profile')).status === 200
}

describe('a form that another site makes a browser send', () => {
  it.each([
    ['without the token', async () => ({ _csrf: '' })],
    ['with a made-up token', async () => ({ _csrf: 'A'.repeat(43) })],
    [
      'with the token of another session',
      async () => ({ _csrf: csrfIn(await (await signedIn()).get('/console/people')) }),
    ],
    [
      'with the token of a browser that nobody signed in with',
      async () => ({ _csrf: csrfIn(await createVisitor(stand.origin).get('/console/sign-in')) }),
    ],
  ])('does nothing %s', async (_, fields) => {
    const visitor = await signedIn()

    const page = await visitor.post('/console/sign-out', await fields())

    expect(page.status).toBe(403)
    expect(page.html).toContain('The form is out of date')
    expect(await isIn(visitor)).toBe(true)
  })

  it('cannot bring a token of its own by planting the cookie of strangers', async () => {
    const visitor = await signedIn()
    visitor.cookies.set('mostik-form', 'B'.repeat(43))

    const page = await visitor.post('/console/sign-out', { _csrf: 'B'.repeat(43) })

    expect(page.status).toBe(403)
    expect(await isIn(visitor)).toBe(true)
  })

  it.each(['cross-site', 'same-site'])(
    'does nothing when the browser says %s, even with the token',
    async (site) => {
      const visitor = await signedIn()
      const page = await visitor.post('/console/sign-out', {}, { 'sec-fetch-site': site })
      expect(page.status).toBe(403)
      expect(await isIn(visitor)).toBe(true)
    },
  )

  it('signs nobody in: neither without the cookie nor with the token of another browser', async () => {
    const login = { login: 'owner', password: PASSWORD }
    const bare = createVisitor(stand.origin)
    const other = createVisitor(stand.origin)
    await other.get('/console/sign-in')
    const stolen = csrfIn(await createVisitor(stand.origin).get('/console/sign-in'))

    expect((await bare.post('/console/sign-in', login)).status).toBe(403)
    expect((await bare.post('/console/sign-in', { ...login, _csrf: stolen })).status).toBe(403)
    expect((await other.post('/console/sign-in', { ...login, _csrf: stolen })).status).toBe(403)
    expect([bare.cookies.has('mostik'), other.cookies.has('mostik')]).toEqual([false, false])
  })

  it('leads back to the page that it was on, and never to another site', async () => {
    const visitor = await signedIn()
    const from = (referer: string) => visitor.post('/console/sign-out', { _csrf: '' }, { referer })

    expect((await from(`${stand.origin}/console/people?done=removed`)).html).toContain(
      'href="/console/people?done=removed"',
    )
    expect((await from('https://evil.example/console')).html).not.toContain('evil')
    expect((await from(`${stand.origin}.evil.example/console`)).html).not.toContain('evil')
  })
})

describe('what is posted', () => {
  it.each(['text/plain', 'application/json', 'multipart/form-data; boundary=x', ''])(
    'is refused as %j, the token or not',
    async (type) => {
      const visitor = await signedIn()
      const csrf = csrfIn(await visitor.get('/console/people'))
      const page = await visitor.send('/console/sign-out', {
        method: 'POST',
        body: new TextEncoder().encode(`_csrf=${csrf}`),
        headers: { 'content-type': type },
      })
      expect(page.status).toBe(415)
      expect(await isIn(visitor)).toBe(true)
    },
  )

  it.each(['one piece', 'a stream without an end that is told'])(
    'is refused when it is huge, as %s',
    async (how) => {
      const visitor = await signedIn()
      const csrf = csrfIn(await visitor.get('/console/people'))
      const text = `_csrf=${csrf}&name=${'x'.repeat(70_000)}`
      const body = how === 'one piece' ? text : new Blob([text]).stream()
      const page = await visitor.send('/console/people', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        duplex: 'half',
      } as RequestInit)
      expect(page.status).toBe(413)
    },
  )

  it('comes back as text, however it is written', async () => {
    const visitor = createVisitor(stand.origin)
    await visitor.get('/console/sign-in')
    const login = `"><script>alert(1)</script><input value='`
    const page = await visitor.post('/console/sign-in', { login, password: 'x' })
    expect(page.status).toBe(403)
    expect(page.html).not.toContain('<script>alert')
    expect(page.html).toContain('value="&quot;&gt;&lt;script&gt;')
  })
})

describe('the session cookie', () => {
  it.each(['', 'x'.repeat(5000), '../../etc', 'a b', '%00', '";drop table person;--'])(
    'makes nobody of %j',
    async (value) => {
      const visitor = createVisitor(stand.origin)
      const page = await visitor.get('/console/profile', { cookie: `mostik=${value}` })
      expect(page.status).toBe(303)
      expect(page.location).toBe('/console/sign-in?next=%2Fconsole%2Fprofile')
    },
  )
})

describe('a page that fails', () => {
  it('names the incident of a bug and keeps the reason in the log', async () => {
    const page = await createVisitor(stand.origin).get('/console/test/bug')

    expect(page.status).toBe(500)
    expect(page.html).not.toContain('secret detail')
    const [entry] = logged as { incident: string; err: Error }[]
    expect(page.html).toContain(entry?.incident)
    expect(entry?.err.message).toBe('secret detail')
  })

  it('says when the store is away, and when to come back', async () => {
    const page = await createVisitor(stand.origin).get('/console/test/away')
    expect(page.status).toBe(503)
    expect(page.headers.get('retry-after')).toBe('5')
    expect(page.html).toContain('Nothing has changed')
  })

  it('is a page also when the session itself cannot be read', async () => {
    await using gone = await openStand({ adminPassword: PASSWORD })
    const visitor = createVisitor(gone.origin)
    visitor.cookies.set('mostik', 'A'.repeat(43))
    await gone.store.close()
    const page = await visitor.get('/console/profile')
    expect(page.status).toBeGreaterThanOrEqual(500)
    expect(page.html).toContain('<h1>')
  })
})

describe('the policy of a page', () => {
  it('lets forms lead where the page says, to whole origins and schemes alone', async () => {
    const page = await createVisitor(stand.origin).get('/console/test/page')
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("form-action 'self' https://chatgpt.com cursor:;")
    expect(policy).not.toContain('unsafe')
  })
})

describe('the language', () => {
  it('is the one chosen last, also where the address does not say it', async () => {
    const visitor = createVisitor(stand.origin)
    expect((await visitor.get('/console/sign-in')).html).toContain('<html lang="en">')
    expect((await visitor.get('/console/sign-in?next=/console/people&lang=ru')).html).toContain(
      '<html lang="ru">',
    )
    expect((await visitor.get('/console/sign-in')).html).toContain('<html lang="ru">')
    expect((await visitor.get('/console/sign-in?lang=fr')).html).toContain('<html lang="en">')
  })

  it('is changed by a link that keeps the rest of the address', async () => {
    const { html } = await createVisitor(stand.origin).get('/console/sign-in?next=%2Fconsole%2Fpeople')
    expect(html).toContain('href="/console/sign-in?next=%2Fconsole%2Fpeople&amp;lang=ru"')
  })
})

function csrfIn({ html }: { html: string }): string {
  return /name="_csrf" value="([^"]*)"/.exec(html)?.[1] ?? ''
}
