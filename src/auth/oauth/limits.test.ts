import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { createOwnCallRate } from '../../limits/own-call-rate.ts'
import { engines, type Opened } from '../../store/testing/engines.ts'
import { createFlow } from './testing/flow.ts'
import { type Replica, type StageClock, stageClock, startReplica } from './testing/stage.ts'

const [sqlite] = engines
const LOOPBACK = 'http://127.0.0.1:6274/callback'

describe('the limits of one address', () => {
  let opened: Opened
  let clock: StageClock
  let replica: Replica
  let flow: ReturnType<typeof createFlow>

  async function start(wishes: Parameters<typeof startReplica>[1] = {}): Promise<void> {
    if (sqlite === undefined) throw new Error('no engine')
    opened = await sqlite.open()
    clock = stageClock()
    // No time passes for the limits, however slow the machine is.
    replica = await startReplica(opened.store, { clock, rate: createOwnCallRate(() => 0), ...wishes })
    flow = createFlow(() => replica)
  }
  afterEach(async () => {
    await replica.close()
    await opened.store.close()
  })

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(replica.at + path, { redirect: 'manual', ...init })
  const post = (path: string, body = 'a=b') =>
    ask(path, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  const statuses = async (count: number, one: () => Promise<Response>) => {
    const answers = await Promise.all(Array.from({ length: count }, one))
    return new Set(answers.map(({ status }) => status))
  }
  const records = async (model: string) =>
    (await opened.store.db()).selectFrom('oauth_record').selectAll().where('model', '=', model).execute()

  it.each(['/oauth/register', '/oauth/register/', '/oauth/register//'])(
    'hold at %s for registrations',
    async (path) => {
      await start()
      const register = () =>
        ask(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ redirect_uris: [LOOPBACK], token_endpoint_auth_method: 'none' }),
        })
      expect(await statuses(30, register)).toEqual(new Set([201, 429]))
    },
  )

  it.each(['/oauth/authorize', '/oauth/authorize/', '/oauth/authorize//'])(
    'hold at %s for authorizations',
    async (path) => {
      await start()
      const { search } = new URL(flow.ask())
      expect(await statuses(130, () => ask(path + search))).toEqual(new Set([303, 429]))
      expect((await records('Interaction')).length).toBeLessThan(130)
    },
  )

  it.each(['/oauth/token', '/oauth/token/'])('hold at %s for tokens', async (path) => {
    await start()
    expect(await statuses(310, () => post(path))).toEqual(new Set([400, 429]))
    const { headers, status } = await post(path)
    expect([status, Number(headers.get('retry-after'))]).toEqual([429, expect.any(Number)])
  })

  it.each([
    ['GET', '/oauth/authorize/an-interaction'],
    ['GET', '/oauth/authorize/an-interaction/'],
    ['GET', '/oauth/jwks'],
    ['GET', '/oauth/jwks/'],
    ['POST', '/oauth/TOKEN'],
    ['POST', '/oauth/revoke'],
    ['POST', '/oauth/revoke/'],
    ['GET', '/oauth/of-a-later-release'],
    ['GET', '/'],
  ])('hold for %s %s', async (method, path) => {
    await start({ rate: { take: () => 1_000 } })
    expect((await ask(path, { method })).status).toBe(429)
  })

  it.each(['authorize', 'authorize/one', 'token', 'register', 'revoke', 'jwks', 'unknown'])(
    'are the same for /oauth/%s with and without a slash, and in capitals',
    async (path) => {
      const names: string[] = []
      await start({
        rate: {
          take(name) {
            names.push(name)
            return 1_000
          },
        },
      })
      for (const other of [path, `${path}/`, `${path}///`, path.toUpperCase()]) await ask(`/oauth/${other}`)
      expect(names).toHaveLength(4)
      expect(new Set(names).size).toBe(1)
    },
  )

  it('let nobody through who names another interaction each time', async () => {
    await start()
    let index = 0
    expect(await statuses(260, () => ask(`/oauth/authorize/${index++}`))).toEqual(new Set([400, 429]))
  })

  it('do not stand in the way of what a slash at the end means', async () => {
    await start()
    const asked = flow.ask({ scope: undefined }).replace('/authorize?', '/authorize/?')
    const { params } = await flow.browse(asked)
    const { body } = await flow.post('/oauth/token/', {
      grant_type: 'authorization_code',
      code: params.get('code') ?? '',
      redirect_uri: 'https://claude.ai/api/mcp/auth_callback',
      code_verifier: flow.verifier,
    })
    expect(body.scope).toBe('amocrm:read telegram:read')
    const form = { grant_type: 'refresh_token', refresh_token: body.refresh_token }
    const { status } = await flow.post('/oauth/token/', { ...form, scope: 'amocrm:read amocrm:write' })
    expect(status).toBe(200)
  })

  it.each([
    ['a state', { state: 'x'.repeat(2_049) }],
    ['a nonce', { nonce: 'x'.repeat(2_049) }],
    [
      'much of everything',
      { state: 'x'.repeat(2_000), nonce: 'x'.repeat(2_000), login_hint: 'x'.repeat(2_000) },
    ],
  ])('leave no room for %s that is too long', async (_, changes) => {
    await start()
    const { status, text } = await flow.browse(flow.ask(changes))
    expect([status, JSON.parse(text)]).toMatchObject([
      400,
      { error: 'invalid_request', reason: 'bad_request' },
    ])
    expect(await records('Interaction')).toEqual([])
  })

  it('leave room for a state of two kilobytes', async () => {
    await start()
    const state = 'я'.repeat(1_024)
    expect((await flow.browse(flow.ask({ state }))).params.get('state')).toBe(state)
  })

  it('do not keep what is over from being deleted, although all are refused', async () => {
    let isFull = false
    await start({ rate: { take: () => (isFull ? 1_000 : 0) } })
    await flow.visit(flow.ask())
    expect(await records('Interaction')).toHaveLength(1)
    isFull = true
    clock.ahead = 3_700_000
    expect((await flow.visit(flow.ask())).response.status).toBe(429)
    await expect.poll(() => records('Interaction')).toEqual([])
  })

  it.each([
    ['a limit', 429, { rate: { take: () => 1_000 } }],
    ['the library', 400, {}],
  ])(
    'and errors have each header once, also those that stand there already: from %s',
    async (_, status, wishes) => {
      const said = {
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        vary: 'Cookie, Origin',
      }
      await start({
        ...wishes,
        renderError: (problem) => new Response('', { status: problem.status, headers: said }),
      })
      const front = createServer((request, response) => {
        response.setHeader('x-content-type-options', 'nosniff')
        response.setHeader('vary', 'Origin')
        void replica.server.handle(request, response)
      })
      await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void front.close())
      const at = `http://127.0.0.1:${(front.address() as AddressInfo).port}/oauth/authorize?client_id=nobody`
      const answer = await fetch(at, { redirect: 'manual' })
      expect(answer.status).toBe(status)
      const told = Object.keys(said).map((name) => [name, answer.headers.get(name)])
      expect(Object.fromEntries(told)).toEqual(said)
    },
  )
})
