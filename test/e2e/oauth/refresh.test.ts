import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../../support/oauth/browser.ts'
import { bearer, statusOf } from '../../support/oauth/calls.ts'
import { type Answered, askRevocation, askToken } from '../../support/oauth/client.ts'
import { type Grant, newClient, obtain, refresh } from '../../support/oauth/consent.ts'
import { signedIn } from '../../support/oauth/people.ts'
import { type Replicas, startReplicas } from '../../support/oauth/replicas.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'
import { readSse } from '../../support/sse-reader.ts'

const GRACE_MS = 120_000

/** What a client that has lived through this answer holds from now on. */
const next = (grant: Grant, { body }: Answered): Grant => ({
  ...grant,
  accessToken: String(body.access_token),
  refreshToken: String(body.refresh_token),
})

describe('on one server', () => {
  let stack: OauthStack
  let owner: Browser
  beforeAll(async () => {
    stack = await startOauthStack()
    owner = await signedIn(stack.url)
  })
  afterAll(() => stack.close())

  it('a refresh token is replaced at each use, and the new pair works', async () => {
    let grant = await obtain(stack.url, owner)
    const seen = new Set([grant.refreshToken, grant.accessToken])
    for (let turn = 0; turn < 3; turn++) {
      const answer = await refresh(grant)
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([
        200,
        expect.stringContaining('no-store'),
      ])
      grant = next(grant, answer)
      expect(await statusOf(stack.url, grant.accessToken)).toBe(200)
      expect(seen.size).toBe(seen.add(grant.refreshToken).add(grant.accessToken).size - 2)
    }
  })

  it('a refresh token that comes back within two minutes gives a pair once more, and nobody is thrown out', async () => {
    const grant = await obtain(stack.url, owner)
    const first = await refresh(grant)
    stack.pass(GRACE_MS - 15_000)
    const second = await refresh(grant)
    expect(second.status).toBe(200)
    for (const { accessToken } of [next(grant, first), next(grant, second)]) {
      expect(await statusOf(stack.url, accessToken)).toBe(200)
    }
    expect((await refresh(next(grant, first))).status).toBe(200)
    expect((await refresh(next(grant, second))).status).toBe(200)
  })

  it('a refresh token that comes back later ends all that ever came of it', async () => {
    const grant = await obtain(stack.url, owner)
    const newest = next(grant, await refresh(grant))
    stack.pass(GRACE_MS + 15_000)
    const replayed = await refresh(grant)
    expect([replayed.status, replayed.body.error]).toEqual([400, 'invalid_grant'])
    await expect.poll(() => statusOf(stack.url, newest.accessToken)).toBe(401)
    const rest = await refresh(newest)
    expect([rest.status, rest.body.error]).toEqual([400, 'invalid_grant'])
    const page = await owner.open('/console/access')
    expect(page.status).toBe(200)
  })

  it('fifty refreshes at once leave one living session', async () => {
    const grant = await obtain(stack.url, owner)
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(grant)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200))
    const last = answers.at(-1)
    expect(last && (await statusOf(stack.url, String(last.body.access_token)))).toBe(200)
    expect(last && (await refresh(next(grant, last))).status).toBe(200)
  })

  it.each([
    ['that never was', async () => ({ refresh_token: 'x'.repeat(43) })],
    ['that is an access token', async ({ accessToken }: Grant) => ({ refresh_token: accessToken })],
    ['of another client', async () => ({ client_id: await newClient(stack.url) })],
    ['that is empty', async () => ({ refresh_token: '' })],
  ])('a refresh token %s is refused as invalid_grant', async (_, changeOf) => {
    const grant = await obtain(stack.url, owner)
    const { status, body } = await refresh(grant, await changeOf(grant))
    expect([status, body.error]).toEqual([400, 'invalid_grant'])
    expect((await refresh(grant)).status).toBe(200)
  })

  it('a refresh by a client that nobody knows is refused as invalid_client, so that it registers again', async () => {
    const grant = await obtain(stack.url, owner)
    const { status, body } = await refresh(grant, { client_id: 'nobody' })
    expect([status, body.error]).toEqual([401, 'invalid_client'])
  })

  it('a refresh never gives more than was granted', async () => {
    const grant = await obtain(stack.url, owner, { scope: 'lab:read lab:write', access: 'look' })
    const wider = await refresh(grant, { scope: 'lab:read lab:write' })
    expect(String(wider.body.scope ?? '')).not.toContain('lab:write')
    const { body } = await refresh(grant, { resource: `${stack.url}/lab/mcp` })
    expect(body).not.toHaveProperty('access_token')
  })

  it('a revoked token is over, and so is all of its connection', async () => {
    for (const part of ['accessToken', 'refreshToken'] as const) {
      const grant = await obtain(stack.url, owner)
      const other = await obtain(stack.url, owner)
      const { status } = await askRevocation(stack.url, { token: grant[part], client_id: grant.clientId })
      expect(status).toBe(200)
      await expect.poll(() => statusOf(stack.url, grant.accessToken), { timeout: 2_000 }).toBe(401)
      expect((await refresh(grant)).body.error).toBe('invalid_grant')
      expect(await statusOf(stack.url, other.accessToken)).toBe(200)
    }
  })

  it('another client cannot revoke it, and hears nothing of whether there is such a token', async () => {
    const grant = await obtain(stack.url, owner)
    const stranger = await newClient(stack.url)
    const known = await askRevocation(stack.url, { token: grant.refreshToken, client_id: stranger })
    const unknown = await askRevocation(stack.url, { token: 'x'.repeat(43), client_id: stranger })
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body])
    expect(await statusOf(stack.url, grant.accessToken)).toBe(200)
    expect((await refresh(grant)).status).toBe(200)
  })

  it('the streams of what is revoked end by themselves', async () => {
    const grant = await obtain(stack.url, owner)
    const streams = await Promise.all(
      ['/sse', '/mcp/sse', '/mcp'].map((path) => readSse(stack.url + path, bearer(grant.accessToken))),
    )
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200])
    await askRevocation(stack.url, { token: grant.accessToken, client_id: grant.clientId })
    await Promise.all(streams.map(({ ended }) => ended))
  })

  it('a database that fails is never taken for a token that is over', async () => {
    const grant = await obtain(stack.url, owner)
    const db = await stack.state.store.db()
    await db.schema.alterTable('oauth_record').renameTo('oauth_record_away').execute()
    const { status, body } = await refresh(grant)
    expect(body.error).not.toBe('invalid_grant')
    expect(status).toBeGreaterThanOrEqual(500)
    await db.schema.alterTable('oauth_record_away').renameTo('oauth_record').execute()
    expect((await refresh(grant)).status).toBe(200)
  })

  it('a pair that outlives the connection is worth nothing', async () => {
    const grant = await obtain(stack.url, owner)
    stack.pass(400 * 24 * 60 * 60_000)
    expect(await statusOf(stack.url, grant.accessToken)).toBe(401)
    expect((await refresh(grant)).body.error).toBe('invalid_grant')
    owner = await signedIn(stack.url)
  })

  it.each(['password', 'client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'implicit', ''])(
    'the grant %j is not given',
    async (grant_type) => {
      const clientId = await newClient(stack.url)
      const { status, body } = await askToken(stack.url, {
        grant_type,
        client_id: clientId,
        username: 'owner',
        password: 'x',
        scope: 'lab:read',
      })
      expect(status).toBe(400)
      expect(body.error).toMatch(/^(unsupported_grant_type|unauthorized_client|invalid_request)$/)
    },
  )
})

describe('on two servers over one database', () => {
  let replicas: Replicas
  let owner: Browser
  beforeAll(async () => {
    replicas = await startReplicas(2)
    owner = await signedIn(replicas.url)
  })
  afterAll(() => replicas.close())

  const own = (index: number) => `http://127.0.0.1:${replicas.all[index]?.port}`

  it('fifty refreshes at once leave one living session', async () => {
    const grant = await obtain(replicas.url, owner)
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(grant)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200))
    const [one] = answers
    expect(one && (await refresh(next(grant, one))).status).toBe(200)
  })

  it('what is revoked on one is over on the other within a second, also where it was in use', async () => {
    const grant = await obtain(replicas.url, owner)
    expect(await statusOf(own(0), grant.accessToken)).toBe(200)
    expect(await statusOf(own(1), grant.accessToken)).toBe(200)
    replicas.to(0)
    await askRevocation(replicas.url, { token: grant.refreshToken, client_id: grant.clientId })
    replicas.to()
    for (const stack of replicas.all) stack.pass(1_000)
    expect([await statusOf(own(0), grant.accessToken), await statusOf(own(1), grant.accessToken)]).toEqual([
      401, 401,
    ])
  })
})
