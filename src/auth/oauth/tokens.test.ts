import { request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../store/connection-store.ts'
import { engines, type Opened } from '../../store/testing/engines.ts'
import { digest } from './adapter.ts'
import { createFlow } from './testing/flow.ts'
import { type Replica, type StageClock, stageClock, startReplica } from './testing/stage.ts'

const GRACE_MS = 120_000
const DAY_MS = 86_400_000
const CODE = {
  id: 'https://claude.ai/oauth/claude-code-client-metadata',
  redirect: 'http://127.0.0.1:6274/callback',
}

describe.each(engines)('tokens on $name', (engine) => {
  let opened: Opened
  let clock: StageClock
  let replica: Replica
  let flow: ReturnType<typeof createFlow>
  const connections = () => createConnectionStore(opened.store, clock)
  const connectionOf = async (token: string) => (await connections().byToken(digest(token)))?.connection

  beforeEach(async () => {
    opened = await engine.open()
    clock = stageClock()
    replica = await startReplica(opened.store, { clock })
    flow = createFlow(() => replica)
  })
  afterEach(async () => {
    await replica.close()
    await opened.store.close()
  })

  const refusal = async (answer: Promise<{ status: number; body: { error?: string } }>) => {
    const { status, body } = await answer
    return [status, body.error]
  }

  it('are exchanged for new ones, and the old ones stay good for a while', async () => {
    const first = await flow.authorize()
    const second = (await flow.refresh(first.refresh_token)).body
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(second.scope).toBe(first.scope)
    clock.ahead = GRACE_MS - 5_000
    const again = (await flow.refresh(first.refresh_token)).body
    for (const token of [first, second, again]) expect(await connectionOf(token.access_token)).toBeDefined()
    expect(new Set([first, second, again].map((one) => one.access_token)).size).toBe(3)
  })

  it('end with their connection when a refresh token comes back long after', async () => {
    const first = await flow.authorize()
    const { id = '' } = (await connectionOf(first.access_token)) ?? {}
    const second = (await flow.refresh(first.refresh_token)).body
    clock.ahead = GRACE_MS + 5_000
    expect(await refusal(flow.refresh(first.refresh_token))).toEqual([400, 'invalid_grant'])
    expect(await refusal(flow.refresh(second.refresh_token))).toEqual([400, 'invalid_grant'])
    expect(await connections().byToken(digest(second.access_token))).toBeUndefined()
    expect(await connections().find(id)).toMatchObject({ endReason: 'replayed', endedAt: expect.any(Number) })
  })

  it('do not get a longer grace by being used within it', async () => {
    const first = await flow.authorize()
    await flow.refresh(first.refresh_token)
    clock.ahead = GRACE_MS - 5_000
    expect((await flow.refresh(first.refresh_token)).status).toBe(200)
    clock.ahead = GRACE_MS + 5_000
    expect(await refusal(flow.refresh(first.refresh_token))).toEqual([400, 'invalid_grant'])
  })

  it('survive fifty refreshes at once', async () => {
    const first = await flow.authorize()
    const { id = '' } = (await connectionOf(first.access_token)) ?? {}
    const answers = await Promise.all(Array.from({ length: 50 }, () => flow.refresh(first.refresh_token)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await connections().find(id)).toMatchObject({ endedAt: undefined })
    const [one] = answers
    expect((await flow.refresh(one?.body.refresh_token ?? '')).status).toBe(200)
  })

  it('slide: every refresh gives thirty days more', async () => {
    let tokens = await flow.authorize()
    for (const days of [20, 40, 60]) {
      clock.ahead = days * DAY_MS
      const { status, body } = await flow.refresh(tokens.refresh_token)
      expect(status).toBe(200)
      tokens = body
    }
    clock.ahead += 31 * DAY_MS
    expect(await refusal(flow.refresh(tokens.refresh_token))).toEqual([400, 'invalid_grant'])
  })

  it('cannot be refreshed by garbage, by nothing, or by what belongs to another client', async () => {
    const tokens = await flow.authorize()
    expect(await refusal(flow.refresh('garbage'))).toEqual([400, 'invalid_grant'])
    expect(await refusal(flow.refresh('x'.repeat(5_000)))).toEqual([400, 'invalid_grant'])
    expect(await refusal(flow.refresh(''))).toEqual([400, 'invalid_grant'])
    expect(await refusal(flow.refresh(tokens.access_token))).toEqual([400, 'invalid_grant'])
    const other = createFlow(() => replica, CODE)
    expect(await refusal(other.refresh(tokens.refresh_token))).toEqual([400, 'invalid_grant'])
    expect((await flow.refresh(tokens.refresh_token)).status).toBe(200)
  })

  it('are refreshed for what was allowed, whatever was once asked for', async () => {
    replica.decide = () => ({ scopes: ['amocrm:read'] })
    const tokens = await flow.authorize()
    const { body } = await flow.refresh(tokens.refresh_token, { scope: 'amocrm:read amocrm:write' })
    expect(body.scope).toBe('amocrm:read')
    const nothing = flow.refresh(body.refresh_token, { scope: 'amocrm:write' })
    expect(await refusal(nothing)).toEqual([400, 'invalid_grant'])
  })

  it('are not given for an unknown client, and it is told to register again', async () => {
    const gone = createFlow(() => replica, { id: 'gone' })
    const { status, body, headers } = await gone.refresh('garbage')
    expect([status, body.error]).toEqual([401, 'invalid_client'])
    expect(headers.get('content-type')).toContain('application/json')
  })

  it('end when a code comes twice, one after the other', async () => {
    const { params } = await flow.browse(flow.ask())
    const code = params.get('code') ?? ''
    const { body } = await flow.exchange(code)
    const { id = '' } = (await connectionOf(body.access_token)) ?? {}
    expect(await refusal(flow.exchange(code))).toEqual([400, 'invalid_grant'])
    expect(await connections().find(id)).toMatchObject({ endReason: 'replayed' })
    expect(await connections().byToken(digest(body.access_token))).toBeUndefined()
    expect(await refusal(flow.refresh(body.refresh_token))).toEqual([400, 'invalid_grant'])
  })

  it('are given for a code once, however many ask at the same instant', async () => {
    const { params } = await flow.browse(flow.ask())
    const code = params.get('code') ?? ''
    const answers = await Promise.all(Array.from({ length: 10 }, () => flow.exchange(code)))
    const given = answers.filter(({ status }) => status === 200)
    expect(given.length).toBeLessThanOrEqual(1)
    for (const { body } of given) {
      expect(await refusal(flow.refresh(body.refresh_token))).toEqual([400, 'invalid_grant'])
    }
  })

  it('are not given for a code of another redirect, of another client, or that is old', async () => {
    const take = async () => (await flow.browse(flow.ask())).params.get('code') ?? ''
    const redirect_uri = 'https://claude.com/api/mcp/auth_callback'
    expect(await refusal(flow.exchange(await take(), { redirect_uri }))).toEqual([400, 'invalid_grant'])
    expect(await refusal(createFlow(() => replica, CODE).exchange(await take()))).toEqual([
      400,
      'invalid_grant',
    ])
    const code = await take()
    clock.ahead = 61_000
    expect(await refusal(flow.exchange(code))).toEqual([400, 'invalid_grant'])
  })

  it.each(['access_token', 'refresh_token'] as const)(
    'end when the client gives back its %s',
    async (which) => {
      const tokens = await flow.authorize()
      const { id = '' } = (await connectionOf(tokens.access_token)) ?? {}
      expect((await flow.revoke(tokens[which])).status).toBe(200)
      expect(await connections().find(id)).toMatchObject({ endReason: 'revoked' })
      expect(await connections().byToken(digest(tokens.access_token))).toBeUndefined()
      expect(await refusal(flow.refresh(tokens.refresh_token))).toEqual([400, 'invalid_grant'])
    },
  )

  it('are not ended by another client, nor by garbage, and nobody learns whether they exist', async () => {
    const tokens = await flow.authorize()
    const other = createFlow(() => replica, CODE)
    for (const token of [tokens.refresh_token, tokens.access_token, 'garbage']) {
      expect((await other.revoke(token)).status).toBe(200)
    }
    expect((await flow.refresh(tokens.refresh_token)).status).toBe(200)
  })

  it('are not refreshed once the person has ended the connection', async () => {
    const tokens = await flow.authorize()
    const { id = '' } = (await connectionOf(tokens.access_token)) ?? {}
    await connections().end(id, 'owner', 'revoked', clock.now())
    expect(await refusal(flow.refresh(tokens.refresh_token))).toEqual([400, 'invalid_grant'])
  })

  it('are not known to be bad while the store is away', async () => {
    const tokens = await flow.authorize()
    await opened.store.close()
    const { status, body, headers } = await flow.refresh(tokens.refresh_token)
    expect([status, body.error]).toEqual([503, 'temporarily_unavailable'])
    expect(headers.get('retry-after')).not.toBeNull()
  })

  it.each(['/oauth/token', '/oauth/revoke', '/oauth/register'])(
    'are not asked for at %s with huge bodies',
    async (path) => {
      const body = 'a='.padEnd(100_000, 'x')
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      const told = await fetch(replica.at + path, { method: 'POST', headers: type, body })
      expect(told.status).toBe(413)
      // Without a length, too.
      const chunks = [body.slice(0, 50_000), body.slice(50_000)]
      expect(await sendInChunks(replica.at + path, type, chunks)).toBe(413)
      expect((await flow.refresh('garbage')).status).toBe(400)
    },
  )
})

/** The status of what a body of unknown length is answered with. */
function sendInChunks(address: string, headers: Record<string, string>, chunks: readonly string[]) {
  return new Promise<number | undefined>((resolve, reject) => {
    const request = httpRequest(address, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', reject)
    for (const chunk of chunks) request.write(chunk)
    request.end()
  })
}
