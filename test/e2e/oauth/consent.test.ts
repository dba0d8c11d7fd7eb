import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, formOf, type Page, wordsOf } from '../../support/oauth/browser.ts'
import { statusOf, toolNames } from '../../support/oauth/calls.ts'
import { authorizeAddress, newPkce, parametersOf } from '../../support/oauth/client.ts'
import {
  allow,
  CALLBACK,
  consentFormOf,
  deny,
  exchange,
  newClient,
  obtain,
  reachConsent,
} from '../../support/oauth/consent.ts'
import { fill } from '../../support/oauth/forms.ts'
import { OWNER, signedIn } from '../../support/oauth/people.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'

let stack: OauthStack
let owner: Browser
let clientId: string
beforeAll(async () => {
  stack = await startOauthStack()
  owner = await signedIn(stack.url)
  clientId = await newClient(stack.url)
})
afterAll(() => stack.close())

const BOTH = 'lab:read lab:write'

async function consentPage(browser = owner, scope = BOTH) {
  const pkce = newPkce()
  const address = authorizeAddress(stack.url, { clientId, redirectUri: CALLBACK, pkce, scope })
  return { pkce, page: await reachConsent(browser, address) }
}

/** Sends what the form would, from this browser and with these headers. */
async function forge(browser: Browser, page: Page, change: Record<string, string | undefined>, headers = {}) {
  const sent = fill(consentFormOf(page), {})
  sent.append('decision', 'allow')
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) sent.delete(name)
    else sent.set(name, value)
  }
  return browser.open(page.url, { form: sent, headers })
}

const hasCode = (page: Page) => page.left?.searchParams.has('code') ?? false

describe('the consent page', () => {
  it('is preset to looking, and gives no more than that', async () => {
    const { accessToken, scope } = await obtain(stack.url, owner, { scope: BOTH })
    expect(scope.split(' ')).not.toContain('lab:write')
    expect(await toolNames(stack.url, accessToken)).not.toContain('lab_create_trouble')
  })

  it('gives changing to whoever asked for it and was given it', async () => {
    const { accessToken, scope } = await obtain(stack.url, owner, { scope: BOTH, access: 'change' })
    expect(scope.split(' ')).toEqual(expect.arrayContaining(['lab:read', 'lab:write']))
    expect(await toolNames(stack.url, accessToken)).toContain('lab_create_trouble')
  })

  it('asks each time, also for a program that was allowed a moment ago', async () => {
    await obtain(stack.url, owner, { clientId })
    const { page } = await consentPage()
    expect([page.left, page.status]).toEqual([undefined, 200])
  })

  it('sends a refusal back by name', async () => {
    const { page } = await consentPage()
    const callback = await deny(owner, page)
    expect(Object.fromEntries(callback.searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'state-1',
      iss: stack.url,
    })
    expect(callback.searchParams.has('code')).toBe(false)
  })

  it.each([
    ['/console/sign-in', () => createBrowser(stack.url).open('/console/sign-in')],
    ['/console/access', () => owner.open('/console/access')],
    ['the consent page', async () => (await consentPage()).page],
    ['an error of the authorization', () => owner.open('/oauth/authorize?client_id=nobody')],
  ])('and %s are in no frame, no cache and no referrer of another site', async (_, open) => {
    const { headers } = await open()
    const csp = headers.get('content-security-policy') ?? ''
    expect(csp).toContain("default-src 'none'")
    expect(csp).toContain("frame-ancestors 'none'")
    expect(csp).toContain("base-uri 'none'")
    expect(csp).not.toMatch(/unsafe-inline|unsafe-eval|\*/)
    expect(headers.get('x-content-type-options')).toContain('nosniff')
    expect(headers.get('cache-control')).toContain('no-store')
    expect(headers.get('referrer-policy')).toMatch(/^(same-origin|no-referrer)$/)
  })

  it('puts nothing of the person into a cookie that scripts read or other sites send', async () => {
    const browser = createBrowser(stack.url)
    const seen: string[] = []
    const page = await browser.open('/console/sign-in')
    seen.push(...page.headers.getSetCookie())
    const sent = fill(formOf(page, 'password'), { ...OWNER })
    const answered = await browser.open('/console/sign-in', { form: sent, stays: true })
    seen.push(...answered.headers.getSetCookie())
    expect(seen.length).toBeGreaterThan(0)
    for (const cookie of seen) {
      expect(cookie).toMatch(/; *HttpOnly/i)
      expect(cookie).toMatch(/; *SameSite=(Lax|Strict)/i)
      expect(cookie).not.toMatch(/; *Domain=/i)
    }
  })
})

describe('a forged answer to the consent page', () => {
  it.each([
    ['without the token of the form', { _csrf: undefined }, {}],
    ['with a wrong token', { _csrf: 'x'.repeat(43) }, {}],
    ['with an empty token', { _csrf: '' }, {}],
    ['from another site', {}, { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' }],
    [
      'from a page of another port',
      {},
      { origin: 'http://127.0.0.1:9', 'sec-fetch-site': 'same-site', _csrf: 'x' },
    ],
    ['from nowhere', {}, { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused', async (_, change, headers) => {
    const { page } = await consentPage()
    const answered = await forge(owner, page, change, headers)
    expect([hasCode(answered), answered.status >= 400]).toEqual([false, true])
    // The person can still answer it.
    expect((await allow(owner, page)).searchParams.has('code')).toBe(true)
  })

  it('with the token of another session is refused', async () => {
    const other = await signedIn(stack.url)
    const [mine, theirs] = [await consentPage(), await consentPage(other)]
    const token = fill(consentFormOf(theirs.page)).get('_csrf') ?? ''
    expect(hasCode(await forge(owner, mine.page, { _csrf: token }))).toBe(false)
  })

  it('by a browser that did not begin it is refused, signed in or not', async () => {
    const { page } = await consentPage()
    for (const browser of [createBrowser(stack.url), await signedIn(stack.url)]) {
      const form = fill(consentFormOf(page))
      const looked = await browser.open(page.url)
      expect(looked.left).toBeUndefined()
      expect(wordsOf(looked)).not.toContain('127.0.0.1:61001')
      const answered = await browser.open(page.url, { form })
      expect(hasCode(answered)).toBe(false)
    }
  })

  it('by a reader of the page who is not signed in any more is refused', async () => {
    const browser = await signedIn(stack.url)
    const { page } = await consentPage(browser)
    const names = browser.cookies.names()
    const console = await browser.open('/console/access')
    await browser.submit(console, '/sign-out')
    expect(names.length).toBeGreaterThan(0)
    expect(hasCode(await forge(browser, page, {}))).toBe(false)
  })

  it('by a GET grants nothing', async () => {
    const { page } = await consentPage()
    const query = fill(consentFormOf(page))
    query.append('decision', 'allow')
    expect(hasCode(await owner.open(`${page.url}?${query}`))).toBe(false)
  })

  it('as JSON or multipart is refused', async () => {
    const { page } = await consentPage()
    for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/plain']) {
      const answered = await forge(owner, page, {}, { 'content-type': type })
      expect([type, hasCode(answered)]).toEqual([type, false])
    }
  })

  it('that asks for more than the program did gives no more than the program asked for', async () => {
    const { pkce, page } = await consentPage(owner, 'lab:read')
    const answered = await forge(owner, page, { preset: 'own', scope: 'lab:write', toolset: 'trouble' })
    const code = answered.left?.searchParams.get('code')
    if (code) {
      const { body } = await exchange(stack.url, { clientId, redirectUri: CALLBACK, code, pkce })
      expect(String(body.scope)).not.toContain('lab:write')
    } else expect(answered.status).toBeGreaterThanOrEqual(400)
  })

  it('that lasts for ever or ended yesterday is not taken', async () => {
    for (const days of ['0', '-1', '99999', 'NaN', '1e9', '']) {
      const { page } = await consentPage()
      expect([days, hasCode(await forge(owner, page, { days }))]).toEqual([days, false])
    }
  })

  it('is good once', async () => {
    const { page } = await consentPage()
    expect((await allow(owner, page)).searchParams.has('code')).toBe(true)
    expect(hasCode(await forge(owner, page, {}))).toBe(false)
    const looked = await owner.open(page.url)
    expect([looked.left, looked.status >= 400]).toEqual([undefined, true])
    expect(wordsOf(looked)).not.toBe('')
  })
})

describe('two authorizations in one browser', () => {
  it('stand side by side and end in any order', async () => {
    const first = await consentPage()
    const second = await consentPage(owner, 'lab:read')
    const ofFirst = await allow(owner, first.page, 'change')
    const ofSecond = await allow(owner, second.page)
    const scopes = await Promise.all(
      [
        { pkce: first.pkce, callback: ofFirst },
        { pkce: second.pkce, callback: ofSecond },
      ].map(async ({ pkce, callback }) => {
        const code = callback.searchParams.get('code') ?? ''
        const { body } = await exchange(stack.url, { clientId, redirectUri: CALLBACK, code, pkce })
        expect(await statusOf(stack.url, String(body.access_token))).toBe(200)
        return String(body.scope).includes('lab:write')
      }),
    )
    expect(scopes).toEqual([true, false])
  })

  it.each(['a browser that has allowed something before', 'a browser that has not'])(
    'begin at the same moment, as when a program opens a page for each of its servers, in %s',
    async (which) => {
      const browser = await signedIn(stack.url)
      if (which.endsWith('before')) await obtain(stack.url, browser, { clientId })
      const begun = await Promise.all([1, 2, 3].map(() => consentPage(browser)))
      for (const { pkce, page } of begun) {
        const code = (await allow(browser, page)).searchParams.get('code') ?? ''
        const { status } = await exchange(stack.url, { clientId, redirectUri: CALLBACK, code, pkce })
        expect(status).toBe(200)
      }
    },
  )
})

describe('signing in on the way', () => {
  it('comes back to the authorization, and to nowhere else', async () => {
    const browser = createBrowser(stack.url)
    const pkce = newPkce()
    const page = await reachConsent(
      browser,
      authorizeAddress(stack.url, { clientId, redirectUri: CALLBACK, pkce }),
    )
    expect((await allow(browser, page)).searchParams.get('state')).toBe('state-1')
  })

  it.each([
    'https://evil.example.com/',
    '//evil.example.com/',
    '/\\evil.example.com/',
    '\\\\evil.example.com/',
    'javascript:alert(1)',
    '/console/../..//evil.example.com',
    '/%2f/evil.example.com',
    '/\t/evil.example.com',
    'http:evil.example.com',
    '/console/sign-in@evil.example.com/../../x',
    '/oauth/authorize?redirect_uri=https://evil.example.com',
  ])('does not lead to %j', async (next) => {
    const browser = createBrowser(stack.url)
    const page = await browser.open(`/console/sign-in?${parametersOf({ next })}`)
    const after = await browser.submit(page, 'password', { login: OWNER.login, password: OWNER.password })
    expect(after.left).toBeUndefined()
  })

  it('makes a new session: one that was planted before is worth nothing', async () => {
    const browser = createBrowser(stack.url)
    browser.cookies.take('mostik=planted-by-somebody-else; Path=/', new URL(stack.url))
    const page = await browser.open('/console/sign-in')
    await browser.submit(page, 'password', { login: OWNER.login, password: OWNER.password })
    const cookie = browser.cookies.headerFor(new URL(stack.url))
    expect(cookie).not.toContain('planted')
    const planted = await createBrowser(stack.url).open('/console/access', {
      headers: { cookie: 'mostik=planted-by-somebody-else' },
    })
    expect(planted.url.pathname).toContain('sign-in')
  })
})
