import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, wordsOf } from '../../support/oauth/browser.ts'
import { authorizeAddress, newPkce, program, register } from '../../support/oauth/client.ts'
import { CALLBACK, newClient, obtain, reachConsent, refresh } from '../../support/oauth/consent.ts'
import { signedIn } from '../../support/oauth/people.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'

let stack: OauthStack
let owner: Browser
beforeAll(async () => {
  stack = await startOauthStack()
  owner = await signedIn(stack.url)
})
afterAll(() => stack.close())

const DAY_MS = 24 * 60 * 60_000

describe('a program that registers itself', () => {
  it.each([
    'https://evil.example.com/callback',
    'http://claude.ai/api/mcp/auth_callback',
    'https://claude.ai/api/mcp/auth_callback/more',
    'https://claude.ai/other',
    'https://chatgpt.com/connector/oauth/',
    'https://chatgpt.com/connector/oauth/../../evil',
    'https://chatgpt.com/connector/oauth/a/b',
    'https://chatgpt.com/connector/oauth/x?next=evil',
    'https://chatgpt.com.evil.example.com/connector_platform_oauth_redirect',
    'https://evil.example.com/#https://claude.ai/api/mcp/auth_callback',
    'https://claude.ai@evil.example.com/api/mcp/auth_callback',
    'https://localhost.evil.example.com/callback',
    'http://192.168.0.10/callback',
    'http://10.0.0.1:3000/callback',
    'http://169.254.169.254/callback',
    'http://0.0.0.0/callback',
    'evil://callback',
    'cursor://evil/oauth/callback',
    'cursor://anysphere.cursor-mcp/oauth/callback/more',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'about:blank',
    'not an address',
    '',
    '*',
    'http://127.0.0.1/callback#fragment',
  ])('is not sent back to %j', async (uri) => {
    const { status, body } = await register(stack.url, program(uri))
    expect([status, body.error]).toEqual([
      400,
      expect.stringMatching(/^invalid_(redirect_uri|client_metadata)$/),
    ])
    expect(String(body.error_description)).not.toBe('')
    expect(body).not.toHaveProperty('client_id')
  })

  it('is refused whole when one of several redirects is refused', async () => {
    const uris = ['http://127.0.0.1:3000/callback', 'https://evil.example.com/callback']
    const { status, body } = await register(stack.url, program(...uris))
    expect([status, body.error]).toEqual([400, 'invalid_redirect_uri'])
  })

  it.each([
    ['nothing', {}],
    ['no redirect', { redirect_uris: [] }],
    ['a redirect that is no list', { redirect_uris: 'http://127.0.0.1/callback' }],
    [
      'ten thousand redirects',
      { redirect_uris: Array.from({ length: 10_000 }, (_, nth) => `http://127.0.0.1/${nth}`) },
    ],
    ['an array', []],
    ['numbers', { redirect_uris: [7], client_name: 7 }],
  ])('and sends %s is refused, and the server lives on', async (_, metadata) => {
    const { status } = await register(stack.url, metadata)
    expect([400, 413]).toContain(status)
    expect((await register(stack.url, program(CALLBACK))).status).toBe(201)
  })

  it.each([
    '{',
    '[]',
    '"x"',
    'null',
    'redirect_uris=x',
    '\0',
    '{"redirect_uris":["http://127.0.0.1/"],"__proto__":{"x":1}}',
  ])('with %j as its body is taken or refused, and no fault of the server', async (body) => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${body.length}` }
    const { status } = await fetch(`${stack.url}/oauth/register`, { method: 'POST', headers, body })
    expect([201, 400]).toContain(status)
  })

  it('with more bytes than any program has is cut off', async () => {
    const huge = { ...program(CALLBACK), client_name: 'x'.repeat(2_000_000) }
    const { status } = await register(stack.url, huge).catch(() => ({ status: 413 }))
    expect([400, 413]).toContain(status)
  })

  it('calls itself what it likes, and the page says that the name is its own', async () => {
    const name = `<img src=x onerror=alert(1)>\u202eevil\u200b "Claude" ${'я'.repeat(500)}`
    const { status, body } = await register(stack.url, {
      ...program(CALLBACK),
      client_name: name,
      logo_uri: 'https://evil.example.com/spy.png',
    })
    expect(status).toBe(201)
    const asked = { clientId: String(body.client_id), redirectUri: CALLBACK, pkce: newPkce() }
    const page = await reachConsent(owner, authorizeAddress(stack.url, asked))
    expect(page.body).not.toMatch(/<img src=x|\u202e|\u200b|spy\.png/)
    expect(wordsOf(page).length).toBeLessThan(4_000)
    expect(wordsOf(page)).toContain('127.0.0.1')
  })

  it('is not taken for a vendor because it has the name and the redirect of one', async () => {
    const claude = 'https://claude.ai/api/mcp/auth_callback'
    const { body } = await register(stack.url, { ...program(claude), client_name: 'Claude' })
    const pinned = 'https://claude.ai/oauth/mcp-oauth-client-metadata'
    const wordsFor = async (clientId: string) =>
      wordsOf(
        await reachConsent(
          owner,
          authorizeAddress(stack.url, { clientId, redirectUri: claude, pkce: newPkce() }),
        ),
      )
    const registered = await wordsFor(String(body.client_id))
    const verified = await wordsFor(pinned)
    expect(registered).toContain('claude.ai')
    expect(verified).not.toBe(registered)
  })

  it('gets no scope, grant or way to manage the registration beyond what there is', async () => {
    const wish = {
      ...program(CALLBACK),
      grant_types: ['authorization_code', 'refresh_token', 'password', 'client_credentials', 'implicit'],
      response_types: ['code', 'token', 'code id_token'],
      scope: 'openid lab:read admin root lab:destroy',
      subject_type: 'pairwise',
      jwks_uri: 'http://169.254.169.254/keys',
      sector_identifier_uri: 'http://169.254.169.254/sector',
      post_logout_redirect_uris: ['https://evil.example.com/'],
      initiate_login_uri: 'https://evil.example.com/',
    }
    const { status, body } = await register(stack.url, wish)
    expect(status).toBe(201)
    expect(body.grant_types).toEqual(['authorization_code', 'refresh_token'])
    expect(body.response_types).toEqual(['code'])
    expect(String(body.scope ?? '')).not.toMatch(/admin|root|destroy/)
    expect(body).not.toHaveProperty('registration_access_token')
    expect(body).not.toHaveProperty('registration_client_uri')
  })

  it('with a secret is asked for it', async () => {
    const metadata = { ...program(CALLBACK), token_endpoint_auth_method: 'client_secret_post' }
    const { body } = await register(stack.url, metadata)
    const clientId = String(body.client_id)
    expect(String(body.client_secret).length).toBeGreaterThanOrEqual(32)
    await expect(obtain(stack.url, owner, { clientId })).rejects.toThrow('invalid_client')
  })
})

describe('registrations', () => {
  it('of one address come to an end, which says when to come back, and others still register', async () => {
    const flood = { 'x-forwarded-for': '192.0.2.77' }
    const answers = []
    for (let nth = 0; nth < 200; nth++) {
      answers.push(await register(stack.url, program(CALLBACK), flood))
      if (answers.at(-1)?.status !== 201) break
    }
    const last = answers.at(-1)
    expect(answers.length).toBeLessThan(200)
    expect(last?.status).toBe(429)
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await register(stack.url, program(CALLBACK))).status).toBe(201)
  })

  it('are counted by the address that is seen, and not by one that the request makes up', async () => {
    const alone = await startOauthStack({ environment: { TRUSTED_PROXIES: '' } })
    try {
      let status = 201
      for (let nth = 0; nth < 200 && status === 201; nth++) {
        const made = {
          'x-forwarded-for': `192.0.2.${nth}`,
          forwarded: `for=192.0.2.${nth}`,
          'x-real-ip': `192.0.2.${nth}`,
        }
        status = (await register(alone.url, program(CALLBACK), made)).status
      }
      expect(status).toBe(429)
    } finally {
      await alone.close()
    }
  })

  it('that are never used are forgotten after a day, and one that was used never', async () => {
    const used = await obtain(stack.url, owner)
    const unused = await newClient(stack.url)
    stack.pass(DAY_MS + 60_000)
    const again = await signedIn(stack.url)
    const asked = (clientId: string) =>
      authorizeAddress(stack.url, { clientId, redirectUri: CALLBACK, pkce: newPkce() })
    const forgotten = await again.open(asked(unused))
    expect([forgotten.status, forgotten.left]).toEqual([400, undefined])
    expect((await reachConsent(again, asked(used.clientId))).status).toBe(200)
    expect((await refresh(used)).status).toBe(200)
  })

  it('flood no further than some hundreds, and those in use stay', async () => {
    const used = await obtain(stack.url, owner)
    let accepted = 0
    // Six at once: as fast as a stranger with many addresses.
    await Promise.all(
      Array.from({ length: 6 }, async (_, lane) => {
        for (let nth = 0; nth < 100; nth++) {
          const from = { 'x-forwarded-for': `198.18.${lane}.${nth}` }
          if ((await register(stack.url, program(CALLBACK), from)).status === 201) accepted++
        }
      }),
    )
    expect(accepted).toBeGreaterThan(400)
    const kept = await (await stack.state.store.db())
      .selectFrom('oauth_client')
      .select('id')
      .where('expires_at', 'is not', null)
      .execute()
    expect(kept.length).toBeLessThanOrEqual(500)
    expect((await refresh(used)).status).toBe(200)
  })
})
