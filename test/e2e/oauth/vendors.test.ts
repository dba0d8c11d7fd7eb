import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, wordsOf } from '../../support/oauth/browser.ts'
import { statusOf } from '../../support/oauth/calls.ts'
import { type Answered, askToken, authorizeAddress, newPkce, register } from '../../support/oauth/client.ts'
import { allow, exchange, reachConsent } from '../../support/oauth/consent.ts'
import { signedIn } from '../../support/oauth/people.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'
import { DOCUMENTED, ON_PREMISES, REGISTERED } from '../../support/oauth/vendors.ts'

let stack: OauthStack
let owner: Browser
beforeAll(async () => {
  const allowed = ON_PREMISES.flatMap(({ used }) => used).join(',')
  stack = await startOauthStack({ environment: { ALLOWED_REDIRECTS: allowed } })
  owner = await signedIn(stack.url)
})
afterAll(() => stack.close())

const SCOPE = 'openid offline_access lab:read'

async function walk(clientId: string, redirectUri: string) {
  const pkce = newPkce()
  const page = await reachConsent(
    owner,
    authorizeAddress(stack.url, { clientId, redirectUri, pkce, scope: SCOPE }),
  )
  const words = wordsOf(page)
  const callback = await allow(owner, page)
  expect(callback.href.startsWith(redirectUri)).toBe(true)
  expect(callback.searchParams.get('iss')).toBe(stack.url)
  return { words, clientId, redirectUri, pkce, code: callback.searchParams.get('code') ?? '' }
}

async function expectGood({ status, body }: Answered) {
  expect([status, body]).toEqual([200, expect.objectContaining({ token_type: 'Bearer' })])
  expect(await statusOf(stack.url, String(body.access_token))).toBe(200)
  expect(body.refresh_token).toEqual(expect.any(String))
}

describe.each(DOCUMENTED.flatMap((vendor) => vendor.redirects.map((redirect) => ({ ...vendor, redirect }))))(
  '$title',
  ({ clientId, name, redirect }) => {
    it(`gets in by its document and ${redirect}`, async () => {
      const walked = await walk(clientId, redirect)
      expect(walked.words).toContain(name)
      await expectGood(await exchange(stack.url, walked))
    })
  },
)

describe.each(
  [...REGISTERED, ...ON_PREMISES].flatMap((one) => one.used.map((redirect) => ({ ...one, redirect }))),
)('$title, registered by itself,', ({ body, redirect }) => {
  it(`gets in by ${redirect}`, async () => {
    const registered = await register(stack.url, body)
    expect([registered.status, registered.body]).toEqual([
      201,
      expect.objectContaining({ redirect_uris: body.redirect_uris }),
    ])
    const { client_id, client_secret } = registered.body as { client_id: string; client_secret?: string }
    const walked = await walk(client_id, redirect)
    const asked = {
      grant_type: 'authorization_code',
      redirect_uri: redirect,
      code: walked.code,
      code_verifier: walked.pkce.verifier,
    }
    const method = body.token_endpoint_auth_method
    if (method === 'client_secret_basic') {
      const authorization = `Basic ${btoa(`${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret ?? '')}`)}`
      await expectGood(await askToken(stack.url, asked, { authorization }))
    } else await expectGood(await askToken(stack.url, { ...asked, client_id, client_secret }))
  })
})

it('a program on this computer is shown as one, whoever it says it is', async () => {
  const { clientId = '', redirects = [] } = DOCUMENTED.find(({ title }) => title === 'Claude Code') ?? {}
  const asked = { clientId, redirectUri: redirects[1] ?? '', pkce: newPkce() }
  const page = await reachConsent(owner, authorizeAddress(stack.url, asked))
  expect(wordsOf(page)).toContain('127.0.0.1')
  expect(wordsOf(page)).toMatch(/computer/)
})

it('ChatGPT asks for a token with an assertion it does not need, or without', async () => {
  const { clientId = '', redirects = [] } = DOCUMENTED[0] ?? {}
  const walked = await walk(clientId, redirects[0] ?? '')
  await expectGood(await exchange(stack.url, walked, { resource: `${stack.url}/mcp` }))
})
