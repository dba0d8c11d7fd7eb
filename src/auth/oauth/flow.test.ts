import { createPublicKey, hash, verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createConnectionStore } from '../../store/connection-store.ts'
import { engines, type Opened } from '../../store/testing/engines.ts'
import { digest } from './adapter.ts'
import { CLAUDE_REDIRECT, createFlow } from './testing/flow.ts'
import { PUBLIC_URL, type Replica, type StageClock, stageClock, startReplica } from './testing/stage.ts'

const HOUR_MS = 3_600_000

describe.each(engines)('an authorization on $name', (engine) => {
  let opened: Opened
  let clock: StageClock
  let replica: Replica
  const connections = () => createConnectionStore(opened.store, clock)
  const flowOf = (client = {}) => createFlow(() => replica, client)

  beforeEach(async () => {
    opened = await engine.open()
    clock = stageClock()
    replica = await startReplica(opened.store, { clock })
  })
  afterEach(async () => {
    await replica.close()
    await opened.store.close()
  })

  it('gives tokens for what the person allowed, under a connection of their own', async () => {
    replica.decide = () => ({
      scopes: ['amocrm:read', 'telegram:read'],
      accounts: ['amocrm:firm'],
      toolsets: ['deals'],
    })
    const flow = flowOf()
    const landing = await flow.browse(flow.ask())
    expect(landing.address.startsWith(CLAUDE_REDIRECT)).toBe(true)
    expect(landing.params.get('iss')).toBe(PUBLIC_URL)
    expect(landing.params.get('state')).toBe('the state')
    const { status, body, headers } = await flow.exchange(landing.params.get('code') ?? '')
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toMatchObject({ scope: 'amocrm:read', token_type: 'Bearer', expires_in: 28_800 })
    const known = await connections().byToken(digest(body.access_token))
    expect(known).toMatchObject({
      scopes: ['amocrm:read'],
      connection: {
        kind: 'oauth',
        owner: 'owner',
        name: 'Claude',
        vendor: 'claude',
        host: 'claude.ai',
        mount: '',
        scopes: ['amocrm:read'],
        accounts: ['amocrm:firm'],
        toolsets: ['deals'],
        expiresAt: undefined,
      },
    })
  })

  it('tells the program when the person refuses, with the issuer', async () => {
    replica.decide = () => 'deny'
    const flow = flowOf()
    const { params } = await flow.browse(flow.ask())
    const told = { error: 'access_denied', iss: PUBLIC_URL, state: 'the state' }
    expect(Object.fromEntries(params)).toMatchObject(told)
    expect(await connections().list('owner')).toEqual([])
  })

  it('asks anew at every authorization, and each has a connection of its own', async () => {
    const asked: (readonly string[])[] = []
    replica.decide = (scopes) => {
      asked.push(scopes)
      return { scopes }
    }
    const flow = flowOf()
    await flow.authorize({ scope: 'amocrm:read' })
    await flow.authorize({ scope: 'amocrm:read' })
    expect(asked).toEqual([['amocrm:read'], ['amocrm:read']])
    expect(await connections().list('owner')).toHaveLength(2)
  })

  it('says no more than that somebody has to sign in when it must not ask', async () => {
    const flow = flowOf()
    await flow.authorize()
    const { params } = await flow.browse(flow.ask({ prompt: 'none' }))
    expect(Object.fromEntries(params)).toMatchObject({ error: 'login_required', iss: PUBLIC_URL })
  })

  it('never lets a session outlive the sign-in: another person starts with nothing of the first', async () => {
    const flow = flowOf()
    await flow.authorize()
    replica.personId = 'anna'
    await flow.authorize()
    expect(await connections().list('owner')).toHaveLength(1)
    expect(await connections().list('anna')).toHaveLength(1)
  })

  it('ends with the consent: nothing lasts longer than the person said', async () => {
    replica.decide = (scopes) => ({ scopes, expiresAt: clock.now() + HOUR_MS })
    const tokens = await flowOf().authorize()
    expect(tokens.expires_in).toBeGreaterThan(3_500)
    expect(tokens.expires_in).toBeLessThanOrEqual(3_600)
    clock.ahead = HOUR_MS
    const { status, body } = await flowOf().refresh(tokens.refresh_token)
    expect([status, body.error]).toEqual([400, 'invalid_grant'])
  })

  it('gives the usual scopes to a program that names none of a connector', async () => {
    const asked: (readonly string[])[] = []
    replica.decide = (scopes) => {
      asked.push(scopes)
      return { scopes }
    }
    for (const scope of [undefined, '', 'openid offline_access', 'mail:read']) {
      expect((await flowOf().authorize({ scope })).scope).toContain('amocrm:read telegram:read')
    }
    expect(new Set(asked.map(String))).toEqual(new Set(['amocrm:read,telegram:read']))
  })

  it.each([
    ['the whole surface', '/mcp', ''],
    ['another endpoint of it', '/mcp/sse', ''],
    ['an address with a choice of tools', '/mcp?toolsets=deals&read_only=1', ''],
    ['an address with a slash at the end', '/sse/', ''],
    ['nothing but the server', '/', ''],
    ['a mount', '/amocrm/mcp', '/amocrm'],
    ['another endpoint of the mount', '/amocrm/sse?read_only=1', '/amocrm'],
  ])('makes a token for %s', async (_, path, mount) => {
    const flow = flowOf()
    const resource = PUBLIC_URL + path
    const scope = 'amocrm:read telegram:read'
    const landing = await flow.browse(flow.ask({ resource, scope }))
    const { body } = await flow.exchange(landing.params.get('code') ?? '', { resource })
    const known = await connections().byToken(digest(body.access_token))
    expect(known?.connection.mount).toBe(mount)
    expect(body.scope).toBe(mount === '' ? scope : 'amocrm:read')
    // Any address of the same mount is as good; one of another mount is not.
    const again = await flow.refresh(body.refresh_token, { resource: `${PUBLIC_URL}${mount}/mcp/sse` })
    expect(again.status).toBe(200)
    const other = `${PUBLIC_URL}${mount === '' ? '/amocrm' : ''}/mcp`
    const elsewhere = await flow.refresh(again.body.refresh_token, { resource: other })
    expect([elsewhere.status, elsewhere.body.error]).toEqual([400, 'invalid_grant'])
  })

  it.each([
    'https://127.0.0.1:65000/mcp',
    'http://127.0.0.1:65001/mcp',
    'http://elsewhere.example/mcp',
    `${PUBLIC_URL}/mcpx`,
    `${PUBLIC_URL}/MCP`,
    `${PUBLIC_URL}//mcp`,
    `${PUBLIC_URL}/hubspot/mcp`,
    `${PUBLIC_URL}/api/tools`,
    'http://owner@127.0.0.1:65000/mcp',
    `${PUBLIC_URL}/mcp#part`,
    'not an address',
  ])('gives no token for %s', async (resource) => {
    const flow = flowOf()
    const { params } = await flow.browse(flow.ask({ resource }))
    expect(Object.fromEntries(params)).toMatchObject({ error: 'invalid_target', iss: PUBLIC_URL })
  })

  it('gives one token for one mount', async () => {
    const flow = flowOf()
    const two = `${flow.ask({ resource: `${PUBLIC_URL}/mcp` })}&resource=${PUBLIC_URL}/amocrm/mcp`
    expect((await flow.browse(two)).params.get('error')).toBe('invalid_target')
    const same = `${flow.ask({ resource: `${PUBLIC_URL}/mcp` })}&resource=${PUBLIC_URL}/sse`
    expect((await flow.browse(same)).params.get('code')).not.toBeNull()
  })

  it('wants a proof of SHA-256, and the right one', async () => {
    const flow = flowOf()
    for (const changes of [
      { code_challenge: undefined, code_challenge_method: undefined },
      { code_challenge_method: undefined },
      { code_challenge_method: 'plain' },
      { code_challenge: '' },
    ]) {
      const { params } = await flow.browse(flow.ask(changes))
      expect(params.get('error')).toBe('invalid_request')
      expect(params.get('iss')).toBe(PUBLIC_URL)
    }
    const { params } = await flow.browse(flow.ask())
    const wrong = await flow.exchange(params.get('code') ?? '', { code_verifier: 'x'.repeat(43) })
    expect([wrong.status, wrong.body.error]).toEqual([400, 'invalid_grant'])
  })

  it('signs who the person is, when that was asked for', async () => {
    const scope = 'openid profile email offline_access amocrm:read'
    const tokens = await flowOf().authorize({ scope, nonce: 'n-1', prompt: 'consent' })
    const keys = await (await fetch(`${replica.at}/oauth/jwks`)).json()
    const [header = '', payload = '', signature = ''] = (tokens.id_token ?? '').split('.')
    const key = createPublicKey({ key: keys.keys[0], format: 'jwk' })
    const signed = Buffer.from(`${header}.${payload}`)
    expect(verify('sha256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true)
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      iss: PUBLIC_URL,
      sub: 'owner',
      nonce: 'n-1',
      name: 'Владелец',
      email: 'owner@example.ru',
      email_verified: false,
    })
    expect(tokens.scope.split(' ')).toContain('openid')
    expect(JSON.stringify(keys)).not.toMatch(/"[dpq]":/)
  })

  it('keeps nothing that opens anything where it can be read', async () => {
    const flow = flowOf()
    const seen: string[] = []
    let code = ''
    for (let at: string | undefined = flow.ask(); at?.startsWith(PUBLIC_URL); ) {
      const { next } = await flow.visit(at)
      seen.push(
        ...[...flow.cookies.values()].map(({ value }) => value),
        next?.match(/[\w-]{21,}$/)?.[0] ?? '',
      )
      code = next === undefined ? '' : (new URL(next).searchParams.get('code') ?? '')
      at = next
    }
    const { body } = await flow.exchange(code)
    seen.push(code, body.access_token, body.refresh_token)
    const db = await opened.store.db()
    const rows = [
      ...(await db.selectFrom('oauth_record').selectAll().execute()),
      ...(await db.selectFrom('connection').selectAll().execute()),
    ]
    const kept = JSON.stringify(rows)
    for (const secret of seen.filter((one) => one.length > 20)) expect(kept).not.toContain(secret)
    expect(kept).toContain(hash('sha256', body.access_token, 'base64url'))
  })
})

describe.each(['https://firm.example', 'https://firm.example/crm', 'http://127.0.0.1:65000/crm'])(
  'an authorization at %s',
  (publicUrl) => {
    it('goes by the public address, whatever the requests say about the way here', async () => {
      const opened = await engines[0]?.open()
      if (opened === undefined) throw new Error('no engine')
      const replica = await startReplica(opened.store, { publicUrl })
      onTestFinished(async () => {
        await replica.close()
        await opened.store.close()
      })
      const headers = {
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
        forwarded: 'host=evil.example;proto=http',
      }
      const flow = createFlow(() => replica, { publicUrl, headers })
      const cookies: string[] = []
      let at = flow.ask()
      while (at.startsWith(`${publicUrl}/oauth/`)) {
        const { next = '', response } = await flow.visit(at)
        cookies.push(...response.headers.getSetCookie())
        at = next
      }
      expect(at.startsWith(CLAUDE_REDIRECT)).toBe(true)
      expect(new URL(at).searchParams.get('iss')).toBe(publicUrl)
      const { status } = await flow.exchange(new URL(at).searchParams.get('code') ?? '')
      expect(status).toBe(200)
      const isSecure = publicUrl.startsWith('https:')
      for (const cookie of cookies) {
        expect(cookie).toMatch(isSecure ? /^__(Host|Secure)-.*; secure/ : /^mostik-oauth/)
        if (cookie.startsWith('__Host-')) expect(cookie).toMatch(/; path=\/;/)
      }
      expect(cookies.length).toBeGreaterThan(5)
    })
  },
)
