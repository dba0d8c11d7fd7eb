import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, type Opened } from '../../store/testing/engines.ts'
import { createFlow } from './testing/flow.ts'
import { type Replica, type StageClock, stageClock, startReplica } from './testing/stage.ts'

const DAY_MS = 86_400_000
const LOOPBACK = 'http://127.0.0.1:6274/callback'
const CURSOR = [
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'https://www.cursor.com/agents/mcp/oauth/callback',
  'http://localhost:8787/callback',
]
const VSCODE = [
  'https://insiders.vscode.dev/redirect',
  'https://vscode.dev/redirect',
  'http://127.0.0.1/',
  'http://127.0.0.1:33418/',
]

describe.each(engines)('clients that register themselves on $name', (engine) => {
  let opened: Opened
  let clock: StageClock
  let replica: Replica

  beforeEach(async () => {
    opened = await engine.open()
    clock = stageClock()
    const clients = {
      allowedHosts: new Set<string>(),
      allowedRedirects: new Set(['https://firm.example/done']),
    }
    replica = await startReplica(opened.store, { clock, clients })
  })
  afterEach(async () => {
    await replica.close()
    await opened.store.close()
  })

  const register = (said: unknown) => registerAt(replica, said)
  const count = async () =>
    (await (await opened.store.db()).selectFrom('oauth_client').select('id').execute()).length

  it.each([
    ['Cursor', CURSOR],
    ['VS Code', VSCODE],
    ['ChatGPT', ['https://chatgpt.com/connector/oauth/a1-B2_c3']],
    ['the owner named', ['https://firm.example/done']],
  ])('may have all redirects of %s', async (_, redirects) => {
    for (const redirect of redirects) {
      const { status, body } = await register(publicClient(...redirects))
      expect([status, body.redirect_uris]).toEqual([201, redirects])
      const flow = createFlow(() => replica, { id: body.client_id, redirect })
      expect((await flow.authorize()).refresh_token).toBeDefined()
    }
  })

  it.each([
    ['http://127.0.0.1/callback', 'http://127.0.0.1:50001/callback'],
    ['http://localhost:3118/callback', 'http://localhost:61234/callback'],
    ['http://[::1]:8000/done?x=1', 'http://[::1]:9000/done?x=1'],
  ])('may use any port of this computer: %s', async (registered, used) => {
    const { body } = await register(publicClient(registered))
    const flow = createFlow(() => replica, { id: body.client_id, redirect: used })
    expect((await flow.authorize()).access_token).toBeDefined()
  })

  it('learn where the owner allows more', async () => {
    const { body } = await register(publicClient('https://other.example/cb'))
    expect(body.error_description).toMatch(/other\.example .*ALLOWED_REDIRECTS/)
  })

  it('are reduced to what is needed, under a harmless name', async () => {
    const { status, body } = await register({
      ...publicClient(LOOPBACK),
      client_name: `Evil\u202e\u0000\u200b   client ${'x'.repeat(200)}`,
      logo_uri: 'https://evil.example/who-looks.png',
      jwks_uri: 'https://evil.example/keys',
      client_uri: 'https://evil.example',
      scope: 'amocrm:read',
      grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'implicit'],
      response_types: ['token', 'code'],
      default_max_age: 1,
      require_auth_time: true,
      client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
      client_secret: 'chosen',
    })
    expect(status).toBe(201)
    expect(body.client_name).toBe(`Evil client ${'x'.repeat(68)}`)
    expect(body).toMatchObject({
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
    })
    for (const dropped of [
      'logo_uri',
      'jwks_uri',
      'client_uri',
      'scope',
      'client_secret',
      'registration_access_token',
    ]) {
      expect(body).not.toHaveProperty(dropped)
    }
    expect(body.client_id).toMatch(/^[\w-]{22}$/)
    // It may ask for more than it named at first.
    const flow = createFlow(() => replica, { id: body.client_id, redirect: LOOPBACK })
    expect((await flow.authorize()).scope).toBe('amocrm:read amocrm:write')
  })

  it('may have a secret, which is stored sealed and has to be right', async () => {
    const { body } = await register({ redirect_uris: [LOOPBACK], client_name: 'Zapier' })
    expect(body.token_endpoint_auth_method).toBe('client_secret_basic')
    const rows = await (await opened.store.db()).selectFrom('oauth_client').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(body.client_secret)
    const flow = createFlow(() => replica, { id: body.client_id, redirect: LOOPBACK })
    const code = (await flow.browse(flow.ask())).params.get('code') ?? ''
    const basic = (secret: string) => ({
      authorization: `Basic ${btoa(`${body.client_id}:${encodeURIComponent(secret)}`)}`,
    })
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: LOOPBACK,
      code_verifier: flow.verifier,
    }
    for (const headers of [{}, basic('wrong')]) {
      const { status, body } = await flow.post('/oauth/token', form, headers)
      expect([status, body.error]).toEqual([401, 'invalid_client'])
    }
    expect((await flow.post('/oauth/token', form, basic(body.client_secret))).status).toBe(200)
  })

  it('are gone after a day unless they got a token', async () => {
    const used = (await register(publicClient(LOOPBACK))).body.client_id
    const unused = (await register(publicClient(LOOPBACK))).body.client_id
    await createFlow(() => replica, { id: used, redirect: LOOPBACK }).authorize()
    clock.ahead = DAY_MS + 1_000
    await createFlow(() => replica, { id: used, redirect: LOOPBACK }).authorize()
    const flow = createFlow(() => replica, { id: unused, redirect: LOOPBACK })
    const { status, text } = await flow.browse(flow.ask())
    expect([status, JSON.parse(text).reason]).toEqual([400, 'client_unknown'])
    expect(await count()).toBe(1)
  })

  it('may not come too often from one address', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => register(publicClient(LOOPBACK))))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await count()).toBe(30 - refused.length)
  })
})

describe('where clients that register themselves are answered', () => {
  let opened: Opened
  let replica: Replica

  beforeAll(async () => {
    if (engines[0] === undefined) throw new Error('no engine')
    opened = await engines[0].open()
    replica = await startReplica(opened.store, { rate: { take: () => 0 } })
  })
  afterAll(async () => {
    await replica.close()
    await opened.store.close()
  })
  const register = (said: unknown) => registerAt(replica, said)

  it.each([
    'https://evil.example/callback',
    'https://chatgpt.com.evil.example/connector/oauth/x',
    'https://chatgpt.com/connector/oauth/',
    'https://chatgpt.com/connector/oauth/a/b',
    'https://chatgpt.com/connector/oauth/../../x',
    'https://chatgpt.com//connector/oauth/x',
    'https://chatgpt.com/connector/oauth/x?next=https://evil.example',
    'https://chatgpt.com:8443/connector/oauth/x',
    'https://CHATGPT.com/connector/oauth/x',
    'http://chatgpt.com/connector/oauth/x',
    'https://claude.ai@evil.example/api/mcp/auth_callback',
    'https://claude.ai/api/mcp/auth_callback/',
    'https://claude.ai/api/mcp/AUTH_callback',
    'http://127.0.0.1.evil.example/callback',
    'http://127.0.0.1@evil.example/callback',
    'http://evil@127.0.0.1/callback',
    'http://127.1/callback',
    'http://2130706433/callback',
    'http://0.0.0.0/callback',
    'http://192.168.0.1/callback',
    'http://localhost.:80/callback',
    'http://localhost\\@evil.example/callback',
    'https://localhost/callback',
    'cursor://evil/oauth/callback',
    'myapp://callback',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://127.0.0.1/callback#part',
    '//chatgpt.com/connector/oauth/x',
    '',
  ])('may not send answers to %s, nor with good ones beside it', async (redirect) => {
    for (const redirects of [[redirect], [LOOPBACK, redirect]]) {
      const { status, body } = await register(publicClient(...redirects))
      expect([status, body.error]).toEqual([400, 'invalid_redirect_uri'])
    }
  })

  it.each([
    ['nothing', {}],
    ['no redirects', { redirect_uris: [] }],
    ['a text for redirects', { redirect_uris: LOOPBACK }],
    ['numbers for redirects', { redirect_uris: [1] }],
    ['too many redirects', { redirect_uris: Array.from({ length: 11 }, (_, i) => `${LOOPBACK}${i}`) }],
    ['an endless redirect', { redirect_uris: [`${LOOPBACK}/${'x'.repeat(600)}`] }],
  ])('are refused with %s', async (_, said) => {
    expect((await register(said)).status).toBe(400)
  })

  it.each(['', '[]', '"text"', 'null', '{', '{"redirect_uris":'])(
    'are refused with the body %j',
    async (said) => {
      expect((await register(said)).status).toBe(400)
    },
  )

  it.each([
    'http://127.0.0.1:6274/callback/',
    'http://127.0.0.1:6274/Callback',
    'http://127.0.0.1:6274/callback/../evil',
    'http://127.0.0.1:6274//callback',
    'http://127.0.0.1:6274/callback?more=1',
    'http://localhost:6274/callback',
    'https://127.0.0.1:6274/callback',
    'http://evil@127.0.0.1:6274/callback',
    'http://127.0.0.1:6274@evil.example/callback',
    'http://127.0.0.1.evil.example:6274/callback',
    'https://evil.example/callback',
    'javascript:alert(1)',
  ])('get no answer at %s, which they have not registered', async (redirect) => {
    const { body } = await register(publicClient(LOOPBACK))
    const flow = createFlow(() => replica, { id: body.client_id, redirect })
    const { status, address, text } = await flow.browse(flow.ask())
    expect(status).toBe(400)
    expect(address).toContain('/oauth/authorize')
    expect(['redirect_refused', 'bad_request']).toContain(JSON.parse(text).reason)
  })
})

async function registerAt({ at }: Replica, said: unknown) {
  const response = await fetch(`${at}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof said === 'string' ? said : JSON.stringify(said),
  })
  return { status: response.status, body: await response.json(), headers: response.headers }
}

const publicClient = (...redirects: string[]) => ({
  redirect_uris: redirects,
  token_endpoint_auth_method: 'none',
})
