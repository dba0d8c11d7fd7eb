import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, type Page, wordsOf } from '../../support/oauth/browser.ts'
import { askToken, authorizeAddress, newPkce } from '../../support/oauth/client.ts'
import { signedIn } from '../../support/oauth/people.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'

/** A port that counts who knocks: nobody may. */
let bait: Server
let port: number
let knocks = 0
let stack: OauthStack
let trusting: OauthStack
let owner: Browser
beforeAll(async () => {
  bait = createServer((socket) => {
    knocks += 1
    socket.destroy()
  })
  bait.listen(0, '::')
  await once(bait, 'listening')
  port = (bait.address() as { port: number }).port
  ;[stack, trusting] = await Promise.all([
    startOauthStack(),
    startOauthStack({ environment: { ALLOWED_CLIENTS: '*' } }),
  ])
  owner = await signedIn(stack.url)
})
afterAll(async () => {
  await Promise.all([stack.close(), trusting.close()])
  bait.close()
})

const CALLBACK = 'https://app.example.com/callback'
const asked = (home: string, clientId: string) =>
  authorizeAddress(home, { clientId, redirectUri: CALLBACK, pkce: newPkce() })

/** Ways of writing this machine, and addresses that only it can reach. */
const INSIDE = [
  '127.0.0.1',
  'localhost',
  'LOCALHOST.',
  'localhost.localdomain',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '0.0.0.0',
  '0',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '[fd00::1]',
  '[fe80::1]',
  '[64:ff9b::7f00:1]',
]

/** An answer for the person, and no way back to whoever asked. */
function expectRefused({ left, status, headers }: Page) {
  expect([left, status >= 400]).toEqual([undefined, true])
  expect(headers.get('content-type')).toContain('text/html')
}

describe('a client document', () => {
  it.each(INSIDE)('at %s is not fetched, even where every host is trusted', async (host) => {
    const before = knocks
    for (const place of [`${host}:${port}`, host]) {
      const page = await createBrowser(trusting.url).open(
        asked(trusting.url, `https://${place}/oauth/client.json`),
      )
      expectRefused(page)
    }
    expect(knocks).toBe(before)
  })

  it('of a host that the owner has not allowed is not fetched, and the page says what to do', async () => {
    const page = await owner.open(asked(stack.url, 'https://app.example.com/oauth/client.json'))
    expectRefused(page)
    expect(wordsOf(page)).toContain('app.example.com')
    expect(wordsOf(page)).toContain('ALLOWED_CLIENTS')
  })

  it.each([
    'http://app.example.com/client.json',
    'https://app.example.com',
    'https://app.example.com/',
    'https://app.example.com/a/../client.json',
    'https://app.example.com/./client.json',
    'https://app.example.com/client.json#x',
    'https://user:word@app.example.com/client.json',
    'https://app.example.com:99999/client.json',
    'ftp://app.example.com/client.json',
    'file:///etc/passwd',
    `https://app.example.com/${'a'.repeat(9_000)}`,
  ])('at %.60s is refused as it stands', async (clientId) => {
    const page = await createBrowser(trusting.url).open(asked(trusting.url, clientId))
    expectRefused(page)
  })

  it.each([
    'https://chatgpt.com/oauth/other.json',
    'https://chatgpt.com/oauth/../oauth/client.json',
    'https://chatgpt.com/oauth/client.json?x=1',
    'https://CHATGPT.com/oauth/client.json',
    'https://chatgpt.com:443/oauth/client.json',
    'https://claude.ai/oauth/mcp-oauth-client-metadata/',
    'https://claude.ai.evil.example.com/oauth/mcp-oauth-client-metadata',
  ])('at %s does not pass for that of a vendor', async (clientId) => {
    const page = await owner.open(
      authorizeAddress(stack.url, {
        clientId,
        redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
        pkce: newPkce(),
      }),
    )
    expectRefused(page)
  })

  it.each([
    [
      'https://claude.ai/oauth/mcp-oauth-client-metadata',
      'https://chatgpt.com/connector_platform_oauth_redirect',
    ],
    ['https://claude.ai/oauth/mcp-oauth-client-metadata', 'http://127.0.0.1:3000/callback'],
    ['https://claude.ai/oauth/claude-code-client-metadata', 'https://claude.ai/api/mcp/auth_callback'],
    ['https://claude.ai/oauth/claude-code-client-metadata', 'http://127.0.0.1:3000/other'],
    ['https://chatgpt.com/oauth/client.json', 'https://chatgpt.com/connector/oauth/Ab3-x_9Q'],
    ['https://chatgpt.com/oauth/Ab3-x_9Q/client.json', 'https://chatgpt.com/connector/oauth/other'],
    ['https://cursor.com/oauth/mcp-client.json', 'cursor://evil/oauth/callback'],
  ])('of %s does not lead to %s', async (clientId, redirectUri) => {
    const page = await owner.open(authorizeAddress(stack.url, { clientId, redirectUri, pkce: newPkce() }))
    expect([page.status, page.left]).toEqual([400, undefined])
  })

  it('is not fetched for the token endpoint either', async () => {
    const before = knocks
    const { status, body } = await askToken(trusting.url, {
      grant_type: 'refresh_token',
      client_id: `https://127.0.0.1:${port}/client.json`,
      refresh_token: 'x',
    })
    expect([401, 503]).toContain(status)
    expect(body).not.toHaveProperty('access_token')
    expect(knocks).toBe(before)
  })
})
