import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../../support/oauth/browser.ts'
import { bearer } from '../../support/oauth/calls.ts'
import { obtain } from '../../support/oauth/consent.ts'
import { signedIn } from '../../support/oauth/people.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'
import { call, list, openSession, post, postModern } from '../../support/rpc.ts'
import { endpointOf, messageOf, readSse } from '../../support/sse-reader.ts'

let stack: OauthStack
let owner: Browser
let token: string
let chatGpt: string
beforeAll(async () => {
  stack = await startOauthStack()
  owner = await signedIn(stack.url)
  const wish = { scope: 'lab:read lab:write' }
  token = (await obtain(stack.url, owner, wish)).accessToken
  const redirectUri = 'https://chatgpt.com/connector_platform_oauth_redirect'
  const clientId = 'https://chatgpt.com/oauth/client.json'
  chatGpt = (await obtain(stack.url, owner, { ...wish, clientId, redirectUri })).accessToken
})
afterAll(() => stack.close())

const CHANGE = { name: 'lab_create_trouble', arguments: { how: 'explained' } }
const { name, arguments: input } = CHANGE

function expectChallenge(challenge: string | null, path: string) {
  expect(challenge).toMatch(/^Bearer /)
  expect(challenge).toContain('error="insufficient_scope"')
  const scope = /scope="([^"]*)"/.exec(challenge ?? '')?.[1]?.split(' ')
  expect(scope).toEqual(expect.arrayContaining(['lab:read', 'lab:write']))
  expect(challenge).toContain(`resource_metadata="${stack.url}/.well-known/oauth-protected-resource${path}"`)
}

describe('a call that the person has not allowed is answered with 403 and all that it needs', () => {
  it('in 2026', async () => {
    const { status, headers, body } = await postModern(`${stack.url}/mcp`, 'tools/call', CHANGE, {
      headers: bearer(token),
    })
    expect(status).toBe(403)
    expectChallenge(headers.get('www-authenticate'), '/mcp')
    expect(body.error).toMatchObject({ message: expect.any(String) })
  })

  it('in 2025, in a session and without one', async () => {
    const session = await openSession(`${stack.url}/mcp`, bearer(token))
    for (const headers of [bearer(token), { ...bearer(token), 'mcp-session-id': session }]) {
      const { status, headers: answered } = await post(`${stack.url}/mcp`, call(5, name, input), headers)
      expect(status).toBe(403)
      expectChallenge(answered.get('www-authenticate'), '/mcp')
    }
  })

  it('over HTTP+SSE, whose answers have no status, in the result', async () => {
    const stream = await readSse(`${stack.url}/sse`, bearer(token))
    const address = stack.url + (await endpointOf(stream))
    const { status } = await post(address, call(6, name, input), bearer(token))
    expect(status).toBe(202)
    const { result } = (await messageOf(stream)) as {
      result: { isError: boolean; _meta: Record<string, string[]> }
    }
    expect(result.isError).toBe(true)
    expectChallenge(result._meta['mcp/www_authenticate']?.[0] ?? null, '/sse')
    stream.close()
  })

  it('over REST', async () => {
    const { status, headers, body } = await post(`${stack.url}/api/tools/${name}`, input, bearer(token))
    expect([status, body.error]).toEqual([403, 'not_allowed'])
    expectChallenge(headers.get('www-authenticate'), '/mcp')
  })
})

describe('ChatGPT', () => {
  it('hears of it in a result, as it expects', async () => {
    const { status, body } = await post(`${stack.url}/mcp`, call(7, name, input), bearer(chatGpt))
    expect(status).toBe(200)
    const { isError, _meta } = body.result as { isError: boolean; _meta: Record<string, unknown> }
    expect(isError).toBe(true)
    const [challenge = null] = _meta['mcp/www_authenticate'] as string[]
    expectChallenge(challenge, '/mcp')
  })
})

it('each listed tool says which scopes it takes, to those who can ask for more', async () => {
  const { body } = await post(`${stack.url}/mcp`, list(), bearer(token))
  const { tools } = body.result as { tools: Record<string, unknown>[] }
  for (const tool of tools) {
    const schemes = [{ type: 'oauth2', scopes: ['lab:read'] }]
    expect(tool).toMatchObject({ securitySchemes: schemes, _meta: { securitySchemes: schemes } })
  }
  expect(tools.length).toBeGreaterThan(0)
})

describe('nobody is sent to ask for what cannot be had', () => {
  it('by a personal token', async () => {
    const page = await owner.submit(await owner.open('/console/access'), 'name', { name: 'n8n' })
    const personal = /mostik_[\w-]{40,}/.exec(page.body)?.[0] ?? ''
    const { status, headers, body } = await post(`${stack.url}/mcp`, call(8, name, input), bearer(personal))
    expect([status, headers.get('www-authenticate')]).toEqual([200, null])
    expect(JSON.stringify(body)).toContain('not_allowed')
  })

  it('where the address leaves the tool out', async () => {
    for (const query of ['?read_only=1', '?toolsets=lab']) {
      const { headers } = await post(`${stack.url}/mcp${query}`, call(9, name, input), bearer(token))
      expect([query, headers.get('www-authenticate')]).toEqual([query, null])
    }
  })

  it('for a tool that there is not', async () => {
    const { status, headers } = await post(`${stack.url}/mcp`, call(10, 'lab_no_such', {}), bearer(token))
    expect([status === 403, headers.get('www-authenticate')]).toEqual([false, null])
  })
})
