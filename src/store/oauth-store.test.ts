import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OAuthStore } from '../auth/oauth/oauth-store.ts'
import { createOAuthStore } from './oauth-store.ts'
import { engines, type Opened } from './testing/engines.ts'

const TOKEN = {
  model: 'RefreshToken',
  id: 'a',
  payload: '{"scope":"amocrm:read"}',
  grantId: 'grant',
  uid: undefined,
  expiresAt: 2_000,
}
const client = (id: string, expiresAt: number | undefined) => ({
  id,
  metadata: '{}',
  createdAt: 1,
  expiresAt,
})

/** As the table has it. */
const row = ({ model, id, payload, grantId, expiresAt }: typeof TOKEN) => ({
  model,
  id,
  payload,
  grant_id: grantId,
  uid: null,
  consumed_at: null,
  expires_at: expiresAt,
})

describe.each(engines)('what the authorization server keeps on $name', (engine) => {
  let opened: Opened
  let store: OAuthStore

  beforeEach(async () => {
    opened = await engine.open()
    store = createOAuthStore(opened.store)
  })
  afterEach(() => opened.store.close())

  it('is found by its model and id, as it was put last', async () => {
    await store.put(TOKEN, true)
    await store.put({ ...TOKEN, model: 'AccessToken', payload: '1' }, false)
    await store.put({ ...TOKEN, payload: '2' }, false)
    expect(await store.find('RefreshToken', 'a')).toEqual({ ...TOKEN, payload: '2', consumedAt: undefined })
    expect(await store.find('RefreshToken', 'b')).toBeUndefined()
    await store.remove('RefreshToken', 'a')
    expect(await store.find('RefreshToken', 'a')).toBeUndefined()
    expect(await store.find('AccessToken', 'a')).toBeDefined()
  })

  it('is found by its other name within its model', async () => {
    await store.put({ ...TOKEN, model: 'Session', uid: 'u' }, false)
    expect(await store.findByUid('Session', 'u')).toMatchObject({ id: 'a' })
    expect(await store.findByUid('Interaction', 'u')).toBeUndefined()
  })

  it('is used once, whoever asks, and stays used when it is put again', async () => {
    await store.put(TOKEN, true)
    const first = await Promise.all([1, 2, 3, 4, 5].map((now) => store.consume('RefreshToken', 'a', now)))
    expect(first.filter(Boolean)).toHaveLength(1)
    expect(await store.consume('RefreshToken', 'missing', 1)).toBe(false)
    await store.put(TOKEN, true)
    expect(await store.find('RefreshToken', 'a')).toMatchObject({ consumedAt: expect.any(Number) })
  })

  it('goes away with its grant, and nothing else does', async () => {
    await store.put(TOKEN, true)
    await store.put({ ...TOKEN, model: 'AccessToken' }, true)
    await store.put({ ...TOKEN, id: 'b', grantId: 'other' }, true)
    await store.removeGrant('grant')
    expect(await store.find('RefreshToken', 'a')).toBeUndefined()
    expect(await store.find('AccessToken', 'a')).toBeUndefined()
    expect(await store.find('RefreshToken', 'b')).toBeDefined()
  })

  it('is forgotten after its time', async () => {
    await store.put(TOKEN, true)
    await store.put({ ...TOKEN, id: 'b', expiresAt: 2_001 }, true)
    await store.put({ ...TOKEN, id: 'c', expiresAt: undefined }, true)
    await store.addClient(client('old', 2_000), 10)
    await store.addClient(client('kept', undefined), 10)
    await store.keepClient('kept')
    await store.forget(2_000)
    expect(await store.find('RefreshToken', 'a')).toBeUndefined()
    expect(await store.find('RefreshToken', 'b')).toBeDefined()
    expect(await store.find('RefreshToken', 'c')).toBeDefined()
    expect(await store.findClient('old')).toBeUndefined()
    expect(await store.findClient('kept')).toBeDefined()
  })

  it('is forgotten as fast as it can come, however much is over', async () => {
    const db = await opened.store.db()
    const { id: _, ...token } = { ...row(TOKEN) }
    for (let batch = 0; batch < 12; batch++) {
      const rows = Array.from({ length: 1_000 }, (_, i) => ({ ...token, id: `${batch} ${i}` }))
      await db.insertInto('oauth_record').values(rows).execute()
    }
    await store.forget(2_000)
    expect(await db.selectFrom('oauth_record').selectAll().execute()).toEqual([])
  })

  it('has so many unused clients at most: the oldest make room, those in use stay', async () => {
    await store.addClient(client('used', 1), 3)
    await store.keepClient('used')
    for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
      await store.addClient(client(id, 1_000 + index), 3)
    }
    const found = await Promise.all(['used', 'a', 'b', 'c', 'd'].map((id) => store.findClient(id)))
    expect(found.map((one) => one?.id)).toEqual(['used', undefined, 'b', 'c', 'd'])
    expect(await store.findClient('used')).toEqual(client('used', undefined))
  })
})
