import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../../support/oauth/browser.ts'
import { bearer, echo, statusOf, toolNames } from '../../support/oauth/calls.ts'
import { authorizeAddress, newPkce, send } from '../../support/oauth/client.ts'
import { CALLBACK, obtain } from '../../support/oauth/consent.ts'
import { signedIn } from '../../support/oauth/people.ts'
import { raw } from '../../support/oauth/raw.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'
import { initialize, JSON_HEADERS, post } from '../../support/rpc.ts'
import { readSse } from '../../support/sse-reader.ts'

let stack: OauthStack
let other: OauthStack
let owner: Browser
beforeAll(async () => {
  ;[stack, other] = await Promise.all([startOauthStack(), startOauthStack()])
  owner = await signedIn(stack.url)
})
afterAll(() => Promise.all([stack.close(), other.close()]))

const WHOLE = ['/mcp', '/sse', '/mcp/sse']
const OWN = ['/lab/mcp', '/lab/sse', '/lab/mcp/sse']

describe('a token', () => {
  it.each([...WHOLE, '/mcp?read_only=1', '/sse?toolsets=lab', '/mcp/'])(
    'for %s works on the whole surface and nowhere else',
    async (mount) => {
      const { accessToken } = await obtain(stack.url, owner, { mount })
      expect(await statusOf(stack.url, accessToken, '/mcp')).toBe(200)
      expect((await send(`${stack.url}/api/tools`, { headers: bearer(accessToken) })).status).toBe(200)
      for (const path of OWN) {
        const { status, headers } = await get(path, accessToken)
        expect([path, status]).toEqual([path, 401])
        expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
      }
    },
  )

  it.each(OWN)('for %s works for that connector and nowhere else', async (mount) => {
    const { accessToken } = await obtain(stack.url, owner, { mount })
    expect(await statusOf(stack.url, accessToken, '/lab/mcp')).toBe(200)
    for (const path of [...WHOLE, '/api/tools', '/oauth/userinfo']) {
      expect([path, (await get(path, accessToken)).status]).toEqual([path, 401])
    }
    const called = await post(`${stack.url}/api/tools/lab_get_echo`, { text: 'x' }, bearer(accessToken))
    expect(called.status).toBe(401)
  })

  it('without a named audience is for the whole surface', async () => {
    const { accessToken } = await obtain(stack.url, owner, { scope: 'lab:read' })
    expect(await toolNames(stack.url, accessToken)).toContain('lab_get_echo')
  })

  it('of another server is a stranger here', async () => {
    const { accessToken } = await obtain(other.url, await signedIn(other.url))
    expect(await statusOf(other.url, accessToken)).toBe(200)
    expect(await statusOf(stack.url, accessToken)).toBe(401)
  })

  it('for another server is not given', async () => {
    await expect(obtain(stack.url, owner, { mount: '@evil.example.com/mcp' })).rejects.toThrow(
      'invalid_target',
    )
  })

  it.each([
    ['in the address', (token: string) => [`/mcp?access_token=${token}`, {}] as const],
    [
      'in the address under other names',
      (token: string) =>
        [`/mcp?token=${token}&api_key=${token}&authorization=Bearer%20${token}`, {}] as const,
    ],
    [
      'in a cookie',
      (token: string) => ['/mcp', { cookie: `mostik=${token}; access_token=${token}` }] as const,
    ],
    [
      'by the Basic scheme',
      (token: string) => ['/mcp', { authorization: `Basic ${btoa(`${token}:`)}` }] as const,
    ],
    ['in a header of another name', (token: string) => ['/mcp', { 'x-api-key': token }] as const],
    ['without a scheme', (token: string) => ['/mcp', { authorization: token }] as const],
  ])('%s counts for nothing', async (_, place) => {
    const { accessToken } = await obtain(stack.url, owner)
    const [path, headers] = place(accessToken)
    expect((await post(stack.url + path, initialize(), headers)).status).toBe(401)
  })

  it('in the address beside a good one in the header is not looked at', async () => {
    const { accessToken } = await obtain(stack.url, owner)
    expect(await statusOf(stack.url, accessToken, '/mcp?access_token=wrong')).toBe(200)
  })

  it('that is a refresh token, a code or a cookie opens nothing', async () => {
    const { refreshToken, code } = await obtain(stack.url, owner)
    const cookie = owner.cookies.headerFor(new URL(stack.url)).split('=')[1] ?? ''
    for (const token of [refreshToken, code, cookie, `${refreshToken} x`, '', 'null', 'undefined']) {
      expect((await echo(stack.url, token)).status).toBe(401)
    }
  })
})

describe('a refusal', () => {
  it.each([...WHOLE, ...OWN, '/mcp?toolsets=lab', '/lab/mcp?read_only=1'])(
    'at %s names the document of that very address, and the scopes',
    async (path) => {
      for (const authorization of [undefined, 'Bearer wrong']) {
        const { status, headers } = await send(stack.url + path, {
          method: 'POST',
          headers: { ...JSON_HEADERS, ...(authorization && { authorization }) },
          body: JSON.stringify(initialize()),
        })
        const challenge = headers.get('www-authenticate') ?? ''
        expect(status).toBe(401)
        expect(challenge).toMatch(/^Bearer /)
        expect(challenge).toMatch(/scope="[^"]*lab:read/)
        expect(challenge).not.toContain('offline_access')
        expect(challenge.includes('error="invalid_token"')).toBe(authorization !== undefined)
        const address = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? ''
        const { status: found, body } = await send(address)
        expect(found).toBe(200)
        expect(body).toMatchObject({ resource: stack.url + path, authorization_servers: [stack.url] })
        expect(body.scopes_supported).not.toContain('offline_access')
      }
    },
  )

  it('is the same for an unknown address, so that nobody learns what there is', async () => {
    for (const path of [
      '/nothing',
      '/api/nothing',
      '/console/../nothing',
      '/telegram/mcp',
      '/oauth/token/x',
    ]) {
      expect([path, (await send(stack.url + path)).status]).toEqual([path, 401])
    }
  })
})

describe('the metadata', () => {
  const documents = [
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-protected-resource/mcp',
    '/.well-known/oauth-protected-resource/lab/sse',
  ]

  it.each(documents)('at %s is the same whatever the request says of itself', async (path) => {
    const plain = await ask(path, {})
    const port = new URL(stack.url).port
    for (const headers of [
      { host: `localhost:${port}` },
      { 'x-forwarded-host': 'evil.example.com', 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/evil' },
      { forwarded: 'host=evil.example.com;proto=https' },
      { 'x-original-host': 'evil.example.com', 'x-rewrite-url': '/evil' },
    ]) {
      expect(await ask(path, headers)).toEqual(plain)
    }
    expect(plain.body).toContain(stack.url)
    expect(plain.body).not.toContain('evil')
    expect((await ask(path, { host: 'evil.example.com' })).status).toBe(403)
  })

  it('of the authorization server says what is needed by the clients there are', async () => {
    for (const path of documents.slice(0, 2)) {
      const { body } = await send(stack.url + path)
      expect(body).toMatchObject({
        issuer: stack.url,
        authorization_endpoint: `${stack.url}/oauth/authorize`,
        token_endpoint: `${stack.url}/oauth/token`,
        registration_endpoint: `${stack.url}/oauth/register`,
        revocation_endpoint: `${stack.url}/oauth/revoke`,
        userinfo_endpoint: `${stack.url}/oauth/userinfo`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        client_id_metadata_document_supported: true,
        authorization_response_iss_parameter_supported: true,
      })
      expect(body.scopes_supported).toEqual(
        expect.arrayContaining(['offline_access', 'lab:read', 'lab:write']),
      )
      expect(body.token_endpoint_auth_methods_supported).toContain('none')
      expect(body.grant_types_supported).toEqual(['authorization_code', 'refresh_token'])
    }
  })

  it('may be read by a page of any origin, and nothing else may', async () => {
    const origin = 'https://inspector.example.com'
    for (const path of documents) {
      const { status, headers } = await send(stack.url + path, { headers: { origin } })
      expect([path, status]).toEqual([path, 200])
      expect([origin, '*']).toContain(headers.get('access-control-allow-origin'))
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
    for (const path of ['/mcp', '/console/sign-in', '/oauth/userinfo']) {
      expect([path, (await send(stack.url + path, { headers: { origin } })).status]).toEqual([path, 403])
    }
  })
})

describe('mixing servers up', () => {
  it('is noticed: each answer names its issuer, errors included', async () => {
    const { callback, clientId } = await obtain(stack.url, owner)
    expect(callback.searchParams.get('iss')).toBe(stack.url)
    const asked = { clientId, redirectUri: CALLBACK, pkce: newPkce() }
    const { left } = await owner.open(authorizeAddress(stack.url, asked, { prompt: 'none' }))
    expect(left?.searchParams.get('error')).toMatch(/_required$/)
    expect(left?.searchParams.get('iss')).toBe(stack.url)
    const { callback: elsewhere } = await obtain(other.url, await signedIn(other.url))
    expect(elsewhere.searchParams.get('iss')).toBe(other.url)
  })

  it('is noticed when an authorization begins under another host name', async () => {
    const port = new URL(stack.url).port
    const begun = await ask('/oauth/authorize?client_id=x', { host: `localhost:${port}` })
    expect(begun.location).not.toContain('localhost')
  })
})

/** As a client of this endpoint begins; a stream is closed at once. */
async function get(path: string, token: string) {
  if (!path.includes('sse')) {
    const init = path.includes('mcp') ? { method: 'POST', body: JSON.stringify(initialize()) } : {}
    return send(stack.url + path, { ...init, headers: { ...JSON_HEADERS, ...bearer(token) } })
  }
  const stream = await readSse(stack.url + path, bearer(token))
  stream.close()
  return {
    status: stream.status,
    headers: new Headers({ 'www-authenticate': stream.headers['www-authenticate'] ?? '' }),
  }
}

/** `fetch` would not let the test choose `Host`. */
async function ask(path: string, headers: Record<string, string>) {
  const { status, body, headers: answered } = await raw('GET', stack.url + path, headers)
  return { status, body, location: answered.get('location') ?? '' }
}
