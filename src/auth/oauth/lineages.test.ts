import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOwnCallRate } from '../../limits/own-call-rate.ts'
import { createConnectionStore } from '../../store/connection-store.ts'
import { engines, type Opened } from '../../store/testing/engines.ts'
import { digest } from './adapter.ts'
import { createFlow, type Tokens } from './testing/flow.ts'
import { type Replica, type StageClock, stageClock, startReplica } from './testing/stage.ts'

const GRACE_MS = 120_000
const HOUR_MS = 3_600_000

describe.each(engines)('refresh tokens that come of the same one on $name', (engine) => {
  let opened: Opened
  let clock: StageClock
  let replica: Replica
  let flow: ReturnType<typeof createFlow>

  beforeEach(async () => {
    opened = await engine.open()
    clock = stageClock()
    replica = await startReplica(opened.store, { clock, rate: createOwnCallRate(() => clock.ahead) })
    flow = createFlow(() => replica)
  })
  afterEach(async () => {
    await replica.close()
    await opened.store.close()
  })

  const known = (token: string) => createConnectionStore(opened.store, clock).byToken(digest(token))
  const endOf = async (id: string) =>
    (await createConnectionStore(opened.store, clock).find(id))?.endReason ?? 'living'
  const next = async (tokens: Tokens): Promise<Tokens> => {
    const { status, body } = await flow.refresh(tokens.refresh_token)
    expect(status).toBe(200)
    return body
  }
  const living = async (model: string) =>
    (await opened.store.db())
      .selectFrom('oauth_record')
      .select('id')
      .where('model', '=', model)
      .where('consumed_at', 'is', null)
      .execute()

  /** Both use the same token within its grace. */
  async function part() {
    const first = await flow.authorize()
    const { id = '' } = (await known(first.access_token))?.connection ?? {}
    const mine = await next(first)
    clock.ahead += 60_000
    return { id, mine, other: await next(first) }
  }

  it.each(['mine', 'other'] as const)(
    'are not two for long: once %s is used, the one left behind gives both away',
    async (which) => {
      const { id, ...both } = await part()
      clock.ahead += 8 * HOUR_MS
      const newest = await next(both[which])
      clock.ahead += GRACE_MS + 5_000
      const left = which === 'mine' ? both.other : both.mine
      expect((await flow.refresh(left.refresh_token)).body.error).toBe('invalid_grant')
      expect(await endOf(id)).toBe('replayed')
      expect((await flow.refresh(newest.refresh_token)).body.error).toBe('invalid_grant')
      expect(await known(newest.access_token)).toBeUndefined()
    },
  )

  it('give one away also when it has gone on by itself', async () => {
    const { id, mine, other } = await part()
    let ahead = await next(other)
    for (let turn = 0; turn < 3; turn++) {
      clock.ahead += HOUR_MS
      ahead = await next(ahead)
    }
    expect((await flow.refresh(mine.refresh_token)).body.error).toBe('invalid_grant')
    expect(await endOf(id)).toBe('replayed')
  })

  it('go on together while both are used at about the same time', async () => {
    let { id, mine, other } = await part()
    for (let turn = 0; turn < 3; turn++) {
      clock.ahead += 8 * HOUR_MS
      mine = await next(mine)
      clock.ahead += 60_000
      other = await next(other)
    }
    expect(await endOf(id)).toBe('living')
  })

  it('are forgiven when they were never used: a client that lost some answers goes on', async () => {
    const { id, mine } = await part()
    clock.ahead += 8 * HOUR_MS
    const second = await next(mine)
    clock.ahead += 8 * HOUR_MS
    await next(second)
    expect(await endOf(id)).toBe('living')
  })

  it('all work when fifty are made at once, and no more than sixty live', async () => {
    const first = await flow.authorize()
    const { id = '' } = (await known(first.access_token))?.connection ?? {}
    const many = await Promise.all(Array.from({ length: 50 }, () => next(first)))
    for (const { access_token } of many) expect(await known(access_token)).toBeDefined()
    clock.ahead += 1_000
    const more = await Promise.all(Array.from({ length: 50 }, () => next(first)))
    for (const { access_token } of more) expect(await known(access_token)).toBeDefined()
    expect(await known(first.access_token)).toBeUndefined()
    expect((await living('AccessToken')).length).toBeLessThanOrEqual(60)
    expect((await living('RefreshToken')).length).toBeLessThanOrEqual(60)
    // The one that was pushed out may be what the client kept.
    for (const one of [many[0], more.at(-1)]) if (one) await next(one)
    expect(await endOf(id)).toBe('living')
  })

  it('are so many in a while and no more, for one connection', async () => {
    const first = await flow.authorize()
    const other = await flow.authorize()
    const answers = await Promise.all(Array.from({ length: 130 }, () => flow.refresh(first.refresh_token)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]?.body.error).toBe('temporarily_unavailable')
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    await next(other)
  })
})
