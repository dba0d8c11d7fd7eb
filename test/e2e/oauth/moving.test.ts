import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Browser, createBrowser } from '../../support/oauth/browser.ts'
import { statusOf } from '../../support/oauth/calls.ts'
import { askRevocation, authorizeAddress, newPkce } from '../../support/oauth/client.ts'
import { allow, CALLBACK, exchange, newClient, reachConsent, refresh } from '../../support/oauth/consent.ts'
import { OWNER, signIn } from '../../support/oauth/people.ts'
import { type Replicas, startReplicas } from '../../support/oauth/replicas.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'

/** Every step that somebody takes from nothing to a working program, and what each needs from the ones before. */
async function takeSteps(home: string, between: (step: string) => Promise<unknown>) {
  const browser: Browser = createBrowser(home)
  const taken: string[] = []
  const step = async <Result>(name: string, take: () => Promise<Result>): Promise<Result> => {
    const result = await take()
    taken.push(name)
    await between(name)
    return result
  }

  const clientId = await step('registered', () => newClient(home))
  const pkce = newPkce()
  const address = authorizeAddress(home, { clientId, redirectUri: CALLBACK, pkce })
  const begun = await step('begun', () => browser.open(address, { stays: true }))
  const interaction = new URL(begun.headers.get('location') ?? '', home)
  const asked = await step('asked to sign in', () => browser.open(interaction))
  const consent = await step('signed in', () => browser.submit(asked, 'password', { ...OWNER }))
  const again = await step('looked once more', () => reachConsent(browser, consent.url))
  const callback = await step('allowed', () => allow(browser, again))
  const code = callback.searchParams.get('code') ?? ''
  const first = await step('exchanged', () => exchange(home, { clientId, redirectUri: CALLBACK, code, pkce }))
  expect(first.status).toBe(200)
  expect(await step('called', () => statusOf(home, String(first.body.access_token)))).toBe(200)
  const grant = { home, clientId, refreshToken: String(first.body.refresh_token) }
  const second = await step('refreshed', () => refresh(grant))
  expect(second.status).toBe(200)
  const third = await step('refreshed by the same token', () => refresh(grant))
  expect(third.status).toBe(200)
  for (const { body } of [first, second, third]) {
    expect(await statusOf(home, String(body.access_token))).toBe(200)
  }
  const page = await step('looked at what was granted', () => browser.open('/console/access'))
  expect(page.body).toContain('Test program')
  const { status } = await step('revoked', () =>
    askRevocation(home, { token: String(third.body.refresh_token), client_id: clientId }),
  )
  expect(status).toBe(200)
  await expect.poll(() => statusOf(home, String(second.body.access_token))).toBe(401)
  expect((await refresh({ ...grant, refreshToken: String(third.body.refresh_token) })).body.error).toBe(
    'invalid_grant',
  )
  return taken
}

describe('the server restarts after every single step', () => {
  let stack: OauthStack
  beforeEach(async () => {
    stack = await startOauthStack()
  })
  afterEach(() => stack.close())

  it('and nobody notices', async () => {
    let restarts = 0
    const taken = await takeSteps(stack.url, async () => {
      await stack.restart()
      restarts += 1
    })
    expect(restarts).toBe(taken.length)
  })
})

describe('two servers over one database', () => {
  let replicas: Replicas
  beforeAll(async () => {
    replicas = await startReplicas(2)
  })
  afterAll(() => replicas.close())

  it('take turns with every request, and nobody notices', async () => {
    replicas.to()
    await takeSteps(replicas.url, async () => {})
  })

  it('take turns with every step, and nobody notices', async () => {
    let turn = 0
    replicas.to(0)
    await takeSteps(replicas.url, async () => replicas.to(++turn % 2))
    replicas.to()
  })

  it('take turns while five people sign in and allow at once', async () => {
    replicas.to()
    await Promise.all(Array.from({ length: 5 }, () => takeSteps(replicas.url, async () => {})))
  })

  it('both end the session of who signs out of one', async () => {
    const browser = createBrowser(replicas.url)
    replicas.to(0)
    await signIn(browser)
    const kept = browser.cookies.headerFor(new URL(replicas.url))
    replicas.to(1)
    const page = await browser.open('/console/access')
    expect(page.url.pathname).toBe('/console/access')
    replicas.to(0)
    await browser.submit(await browser.open('/console/access'), '/sign-out')
    for (const stack of replicas.all) stack.pass(1_000)
    replicas.to(1)
    const after = await createBrowser(replicas.url).open('/console/access', { headers: { cookie: kept } })
    expect(after.url.pathname).toBe('/console/sign-in')
    replicas.to()
  })

  it('throttle guessing together', async () => {
    const wrong = { login: OWNER.login, password: 'wrong password, again' }
    const statuses: number[] = []
    for (let nth = 0; nth < 60; nth++) {
      replicas.to(nth % 2)
      statuses.push((await signIn(createBrowser(replicas.url), wrong)).status)
      if (statuses.at(-1) === 429) break
    }
    // Two that counted apart would let twice as many through.
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429])
    for (const index of [0, 1]) {
      replicas.to(index)
      expect((await signIn(createBrowser(replicas.url), wrong)).status).toBe(429)
    }
    replicas.to()
  })
})
