import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engines, type Opened } from '../../store/testing/engines.ts'
import type { FetchedDocument } from './guarded-fetch.ts'
import { createFlow } from './testing/flow.ts'
import { PUBLIC_URL, type Replica, startReplica } from './testing/stage.ts'

const [sqlite] = engines
const OTHER = 'https://other.example/client.json'

describe('clients with a document of their own', () => {
  let opened: Opened
  let replica: Replica
  let documents: Map<string, string | Error>
  let fetched: string[]

  async function start(...allowedHosts: string[]): Promise<void> {
    documents = new Map()
    fetched = []
    replica = await startReplica(opened.store, {
      clients: { allowedHosts: new Set(allowedHosts), allowedRedirects: new Set() },
      async guardedFetch(address): Promise<FetchedDocument> {
        fetched.push(address)
        const text = documents.get(address) ?? new Error('it answers with the status 404')
        if (text instanceof Error) throw text
        return { text, cacheControl: undefined }
      },
    })
  }

  beforeEach(async () => {
    if (sqlite === undefined) throw new Error('no engine')
    opened = await sqlite.open()
  })
  afterEach(async () => {
    await replica.close()
    await opened.store.close()
  })

  const describeOther = (more = {}) =>
    JSON.stringify({
      client_id: OTHER,
      client_name: 'Other',
      redirect_uris: ['https://other.example/cb'],
      ...more,
    })

  it.each([
    ['https://chatgpt.com/oauth/client.json', 'https://chatgpt.com/connector_platform_oauth_redirect'],
    [
      'https://chatgpt.com/oauth/7NsWlQyClcg9/client.json',
      'https://chatgpt.com/connector/oauth/7NsWlQyClcg9',
    ],
    ['https://chatgpt.com/oauth/codex/client.json', 'http://127.0.0.1:41111/callback'],
    [
      'https://chatgpt.com/oauth/codex/N4av5zHP4iw0/client.json',
      'http://localhost:41112/callback/N4av5zHP4iw0',
    ],
    ['https://claude.ai/oauth/mcp-oauth-client-metadata', 'https://claude.com/api/mcp/auth_callback'],
    ['https://claude.ai/oauth/claude-code-client-metadata', 'http://localhost:3118/callback'],
    ['https://cursor.com/oauth/mcp-client.json', 'cursor://anysphere.cursor-mcp/oauth/callback'],
    ['https://cursor.com/oauth/mcp-client.json', 'http://localhost:8787/callback'],
    ['https://vscode.dev/oauth/client-metadata.json', 'http://127.0.0.1:54545/'],
    ['https://vscode.dev/oauth/client-metadata.json', 'https://vscode.dev/redirect'],
    ['https://opencode.ai/oauth/opencode/client.json', 'http://127.0.0.1:19876/callback'],
  ])('need no fetch when they are known: %s to %s', async (id, redirect) => {
    await start()
    const tokens = await createFlow(() => replica, { id, redirect }).authorize()
    expect(tokens.refresh_token).toBeDefined()
    expect(fetched).toEqual([])
  })

  it.each([
    ['https://chatgpt.com/oauth/client.json', 'https://chatgpt.com/connector/oauth/x'],
    ['https://chatgpt.com/oauth/one/client.json', 'https://chatgpt.com/connector/oauth/two'],
    ['https://chatgpt.com/oauth/codex/one/client.json', 'http://127.0.0.1:1/callback/two'],
    ['https://claude.ai/oauth/mcp-oauth-client-metadata', 'http://127.0.0.1:1/callback'],
    ['https://cursor.com/oauth/mcp-client.json', 'cursor://anysphere.cursor-mcp/oauth/callback/x'],
  ])('have their own redirects alone: not %s to %s', async (id, redirect) => {
    await start('*')
    const flow = createFlow(() => replica, { id, redirect })
    const { status, text } = await flow.browse(flow.ask())
    expect([status, JSON.parse(text).reason]).toEqual([400, 'redirect_refused'])
  })

  it.each([
    OTHER,
    'https://chatgpt.com.evil.example/oauth/client.json',
    'https://chatgpt.com/oauth/a/b/client.json',
    'https://evil.example/https://chatgpt.com/oauth/client.json',
  ])('are not fetched when nobody allowed their host, which the reader learns: %s', async (id) => {
    await start()
    const flow = createFlow(() => replica, { id, redirect: 'https://other.example/cb' })
    const { status, text } = await flow.browse(flow.ask())
    const { host } = new URL(id)
    expect([status, JSON.parse(text)]).toMatchObject([403, { reason: 'client_not_allowed', host }])
    expect(fetched).toEqual([])
    const token = await flow.refresh('garbage')
    expect([token.status, token.body.error]).toEqual([401, 'invalid_client'])
    expect(token.body.error_description).toMatch(/ALLOWED_CLIENTS/)
  })

  it('are fetched once when the owner allowed their host', async () => {
    await start('other.example')
    documents.set(
      OTHER,
      describeOther({ client_name: 'Other\u202e', logo_uri: 'https://other.example/l.png' }),
    )
    const flow = createFlow(() => replica, { id: OTHER, redirect: 'https://other.example/cb' })
    await flow.authorize()
    await flow.authorize()
    expect(fetched).toEqual([OTHER])
  })

  it('may name a method that this server does not know, as long as they also take none', async () => {
    await start('*')
    const said = {
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      token_endpoint_auth_signing_alg: 'RS256',
      jwks_uri: 'https://other.example/jwks.json',
      grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      scope: 'everything',
    }
    documents.set(OTHER, describeOther(said))
    const flow = createFlow(() => replica, { id: OTHER, redirect: 'https://other.example/cb' })
    expect((await flow.authorize()).refresh_token).toBeDefined()
  })

  it.each([
    ['cannot be fetched', new Error('it does not answer within 3 seconds')],
    ['is of another client', describeOther({ client_id: 'https://other.example/another.json' })],
    ['has no client', describeOther({ client_id: undefined })],
    ['is no object', '[]'],
    ['is no JSON', '<html>'],
    ['has no redirects', describeOther({ redirect_uris: [] })],
    [
      'hides a user in a redirect',
      describeOther({ redirect_uris: ['https://chatgpt.com@other.example/cb'] }),
    ],
  ])('are refused in words when it %s', async (_, document) => {
    await start('*')
    documents.set(OTHER, document)
    const flow = createFlow(() => replica, { id: OTHER, redirect: 'https://other.example/cb' })
    const { status, text } = await flow.browse(flow.ask())
    const problem = { reason: 'client_document_failed', host: 'other.example' }
    expect([status, JSON.parse(text)]).toMatchObject([502, problem])
    // A program that has tokens must not throw them away because of it.
    expect((await flow.refresh('garbage')).status).toBe(503)
  })

  it.each(['http://other.example/cb', 'javascript:alert(1)', 'data:text/html,x'])(
    'may not send answers to %s',
    async (redirect) => {
      await start('*')
      documents.set(OTHER, describeOther({ redirect_uris: [redirect] }))
      const flow = createFlow(() => replica, { id: OTHER, redirect })
      const { status, address } = await flow.browse(flow.ask())
      expect(status).toBe(400)
      expect(address.startsWith(`${PUBLIC_URL}/oauth/authorize`)).toBe(true)
    },
  )
})
