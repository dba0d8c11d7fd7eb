import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, type Opened } from '../../store/testing/engines.ts'
import { CLAUDE_REDIRECT, createFlow } from './testing/flow.ts'
import { PUBLIC_URL, type Replica, startReplica } from './testing/stage.ts'

const ODD = [
  ['nothing that is there', '\u0000'],
  ['a control character', 'a\u0001b'],
  ['a line end', 'a\r\nb'],
  ['a deleted character', '\u007f'],
  ['another script', 'имя'],
  ['half a character', '\ud800'],
] as const

describe.each(engines)('parameters that no program sends, on $name', (engine) => {
  let opened: Opened
  let replica: Replica
  let flow: ReturnType<typeof createFlow>

  beforeAll(async () => {
    opened = await engine.open()
    replica = await startReplica(opened.store, {
      rate: { take: () => 0 },
      clients: { allowedHosts: new Set(['*']), allowedRedirects: new Set() },
      guardedFetch: async () => {
        throw new Error('nothing is to be fetched')
      },
    })
    flow = createFlow(() => replica)
  })
  afterAll(async () => {
    await replica.close()
    await opened.store.close()
  })

  it.each(ODD)('name no client with %s', async (_, odd) => {
    for (const id of [odd, `abc${odd}`, `https://other.example/${odd}`]) {
      const { status, text } = await flow.browse(flow.ask({ client_id: id }))
      expect([status, JSON.parse(text).reason]).toEqual([400, 'client_unknown'])
      const stranger = createFlow(() => replica, { id })
      for (const answer of [await stranger.refresh('garbage'), await stranger.revoke('garbage')]) {
        expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client'])
      }
    }
  })

  it.each(ODD)('name no client in a header with %s', async (_, odd) => {
    const authorization = `Basic ${Buffer.from(`${encodeURIComponent(odd.toWellFormed())}:x`).toString('base64')}`
    const { status } = await flow.post('/oauth/token', { grant_type: 'refresh_token' }, { authorization })
    expect([400, 401]).toContain(status)
  })

  it.each(ODD)('lead nowhere else with %s', async (_, odd) => {
    const { status, text } = await flow.browse(flow.ask({ redirect_uri: `${CLAUDE_REDIRECT}${odd}` }))
    expect([status, JSON.parse(text).reason]).toEqual([400, 'redirect_refused'])
  })

  it.each(ODD)('are carried or refused, and break nothing, with %s', async (_, odd) => {
    const sent = odd.toWellFormed()
    const { params } = await flow.browse(
      flow.ask({ scope: 'openid amocrm:read', state: sent, nonce: sent, login_hint: sent, ui_locales: sent }),
    )
    expect([params.get('state'), params.get('error_description')]).toEqual([sent, null])
    expect((await flow.exchange(params.get('code') ?? '')).status).toBe(200)
    for (const name of [
      'scope',
      'resource',
      'prompt',
      'code_challenge',
      'response_type',
      'unknown',
      'request',
    ]) {
      expect((await flow.browse(flow.ask({ [name]: sent }))).status).toBeLessThan(500)
    }
  })

  it.each(ODD)('are no token and no code with %s', async (_, odd) => {
    const { params } = await flow.browse(flow.ask())
    const answers = [
      await flow.exchange(odd),
      await flow.exchange(params.get('code') ?? '', { code_verifier: odd }),
      await flow.refresh(odd),
      await flow.refresh('x', { scope: odd, resource: odd }),
      await flow.post('/oauth/token', { grant_type: odd }),
    ]
    for (const { status } of answers) expect(status).toBe(400)
    expect((await flow.revoke(odd)).status).toBe(200)
  })

  it.each(ODD)('are not registered with %s', async (_, odd) => {
    const register = (said: object) =>
      fetch(`${replica.at}/oauth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token_endpoint_auth_method: 'none', ...said }),
      })
    expect((await register({ redirect_uris: [`http://127.0.0.1/${odd}`] })).status).toBe(400)
    const named = await register({ redirect_uris: ['http://127.0.0.1/'], client_name: `a${odd}` })
    expect(named.status).toBe(201)
  })

  it.each(['form_post', 'fragment', 'web_message', 'jwt', 'query.jwt', 'FORM_POST', 'odd'])(
    'have an answer in the address, and no page, instead of %s',
    async (response_mode) => {
      for (const changes of [{}, { request: 'x' }, { scope: 'ü' }, { prompt: 'none' }]) {
        const { address, params } = await flow.browse(flow.ask({ response_mode, ...changes }))
        expect(address.startsWith(`${CLAUDE_REDIRECT}?`)).toBe(true)
        expect(params.get('error')).not.toBeNull()
        expect(params.get('iss')).toBe(PUBLIC_URL)
      }
      const { params } = await flow.browse(flow.ask({ response_mode }))
      expect(params.get('error')).toBe('unsupported_response_mode')
    },
  )

  it('have an answer in the address when that is what is asked for', async () => {
    const { params } = await flow.browse(flow.ask({ response_mode: 'query' }))
    expect(params.get('code')).not.toBeNull()
  })
})
