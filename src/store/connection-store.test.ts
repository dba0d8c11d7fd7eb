import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection, ConnectionStore } from '../auth/connection.ts'
import { createConnectionStore } from './connection-store.ts'
import type { Store } from './store.ts'
import { engines } from './testing/engines.ts'

const DAY = 24 * 60 * 60_000
const NOW = Date.UTC(2026, 10, 20)

function connection(id: string, changes: Partial<Connection> = {}): Connection {
  return {
    id,
    kind: 'oauth',
    owner: 'owner',
    clientId: 'https://client.example.com/client.json',
    name: 'Блокнот "Север"',
    vendor: undefined,
    host: 'client.example.com',
    mount: '',
    scopes: ['amocrm:read', 'amocrm:write'],
    accounts: undefined,
    toolsets: undefined,
    createdAt: NOW,
    expiresAt: undefined,
    usedAt: undefined,
    endedAt: undefined,
    endReason: undefined,
    ...changes,
  }
}

const token = (id: string, changes: Partial<Connection> = {}) =>
  connection(id, { kind: 'token', clientId: '', host: '', ...changes })

describe.each(engines)('connections in $name', ({ open }) => {
  let store: Store
  let again: () => Promise<Store>
  let connections: ConnectionStore

  beforeEach(async () => {
    const opened = await open()
    store = opened.store
    again = opened.again
    connections = createConnectionStore(store, { now: () => NOW })
  })
  afterEach(() => store.close())

  async function addPerson(id: string) {
    const common = { role: 'member', invited_by: 'owner', password: null, created_at: NOW }
    const person = { id, login: id, login_key: id, name: id, ...common }
    await (await store.db()).insertInto('person').values(person).execute()
  }

  async function addRecord(model: string, id: string, grantId: string, changes: object = {}) {
    const payload = JSON.stringify({ grantId, scope: 'openid amocrm:read', exp: 1 })
    const record = {
      model,
      id,
      payload,
      grant_id: grantId,
      uid: null,
      consumed_at: null,
      expires_at: NOW + DAY,
    }
    await (await store.db())
      .insertInto('oauth_record')
      .values({ ...record, ...changes })
      .execute()
  }

  async function recordsOf(grantId: string) {
    const rows = (await store.db()).selectFrom('oauth_record').select('id').where('grant_id', '=', grantId)
    return (await rows.execute()).map(({ id }) => id)
  }

  it('keeps all that is said of a connection, for every process', async () => {
    const full = connection('a', {
      vendor: 'chatgpt',
      mount: '/amocrm',
      accounts: ['amocrm:https://north.amocrm.ru'],
      toolsets: ['amocrm'],
      expiresAt: NOW + DAY,
    })
    await connections.add(full)
    const other = await again()
    const read = createConnectionStore(other, { now: () => NOW })
    expect(await read.find('a')).toEqual(full)
    expect(await read.find('b')).toBeUndefined()
    await other.close()
  })

  it("lists a person's own, newest first, without those that ended or ran out a month ago", async () => {
    await connections.add(connection('new', { createdAt: NOW + 1 }))
    await connections.add(connection('old'))
    await connections.add(connection('foreign', { owner: 'somebody else' }))
    const other = createConnectionStore(store, { now: () => NOW - 60 * DAY })
    await other.add(connection('ended', { createdAt: 1, endedAt: NOW - 29 * DAY, endReason: 'revoked' }))
    await other.add(connection('ended long ago', { endedAt: NOW - 31 * DAY, endReason: 'revoked' }))
    await other.add(connection('ran out long ago', { expiresAt: NOW - 31 * DAY }))
    expect((await connections.list('owner')).map(({ id }) => id)).toEqual(['new', 'old', 'ended'])
    expect(await connections.list('nobody')).toEqual([])
  })

  it('forgets what was over a month ago when the person adds one', async () => {
    await connections.add(connection('old', { expiresAt: NOW - 31 * DAY }))
    await connections.add(connection('of another', { owner: 'somebody else', expiresAt: NOW - 31 * DAY }))
    await connections.add(connection('new'))
    expect(await connections.find('old')).toBeUndefined()
    expect(await connections.find('of another')).toBeDefined()
  })

  it('knows a personal token by its hash alone', async () => {
    await connections.add(token('a'), 'hash of a')
    await connections.add(token('b'), 'hash of b')
    expect(await connections.byToken('hash of a')).toEqual({
      connection: token('a'),
      scopes: ['amocrm:read', 'amocrm:write'],
      expiresAt: undefined,
    })
    expect(await connections.byToken('a')).toBeUndefined()
  })

  it('knows an access token with its own scopes and end, and no other record of the grant', async () => {
    await connections.add(connection('grant'))
    await addRecord('AccessToken', 'hash', 'grant')
    await addRecord('RefreshToken', 'refresh', 'grant')
    expect(await connections.byToken('hash')).toEqual({
      connection: connection('grant'),
      scopes: ['openid', 'amocrm:read'],
      expiresAt: NOW + DAY,
    })
    expect(await connections.byToken('refresh')).toBeUndefined()
    expect(await connections.byToken('grant')).toBeUndefined()
  })

  it('knows no token of a person who is gone, and those of the owner always', async () => {
    await addPerson('member')
    await connections.add(token('a', { owner: 'member' }), 'personal')
    await connections.add(connection('grant', { owner: 'member' }))
    await addRecord('AccessToken', 'granted', 'grant')
    expect(await connections.byToken('personal')).toBeDefined()
    expect(await connections.byToken('granted')).toBeDefined()
    expect(await connections.ended(['a', 'grant'], NOW)).toEqual([])
    await (await store.db()).deleteFrom('person').where('id', '=', 'member').execute()
    expect(await connections.byToken('personal')).toBeUndefined()
    expect(await connections.byToken('granted')).toBeUndefined()
    expect(await connections.ended(['a', 'grant'], NOW)).toEqual(['a', 'grant'])
  })

  it('ends a connection with every record of its grant, once, and only for its person', async () => {
    await connections.add(connection('grant'))
    await connections.add(connection('other'))
    for (const model of ['Grant', 'AccessToken', 'RefreshToken', 'AuthorizationCode']) {
      await addRecord(model, `${model} of grant`, 'grant')
    }
    await addRecord('AccessToken', 'of other', 'other')
    expect(await connections.end('grant', 'somebody else', 'revoked', NOW)).toBe(false)
    expect(await recordsOf('grant')).toHaveLength(4)
    expect(await connections.end('grant', 'owner', 'replayed', NOW + 5)).toBe(true)
    expect(await recordsOf('grant')).toEqual([])
    expect(await recordsOf('other')).toEqual(['of other'])
    expect(await connections.find('grant')).toMatchObject({ endedAt: NOW + 5, endReason: 'replayed' })
    expect(await connections.end('grant', 'owner', 'revoked', NOW + 9)).toBe(false)
    expect(await connections.end('nothing', 'owner', 'revoked', NOW)).toBe(false)
  })

  it('ends a connection for one of many who end it at once', async () => {
    await connections.add(connection('grant'))
    const others = await Promise.all([again(), again(), again()])
    const all = [store, ...others].map((each) =>
      createConnectionStore(each, { now: () => NOW }).end('grant', 'owner', 'revoked', NOW),
    )
    expect((await Promise.all(all)).filter(Boolean)).toEqual([true])
    await Promise.all(others.map((each) => each.close()))
  })

  it('says of the token of an ended connection that it is over, and of one that ran out', async () => {
    await connections.add(token('a'), 'hash')
    await connections.end('a', 'owner', 'revoked', NOW)
    expect(await connections.byToken('hash')).toMatchObject({ connection: { endedAt: NOW } })
    await connections.add(token('b', { expiresAt: NOW + 5 }), 'other hash')
    expect(await connections.end('b', 'owner', 'revoked', NOW + 5)).toBe(false)
  })

  it("ends all of a person's, with their records, and nobody else's", async () => {
    for (const owner of ['owner', 'other']) {
      await connections.add(connection(`grant of ${owner}`, { owner }))
      await addRecord('RefreshToken', `refresh of ${owner}`, `grant of ${owner}`)
    }
    await connections.add(connection('before', { endedAt: NOW - 1, endReason: 'replayed' }))
    await connections.endAll('owner', NOW)
    expect(await connections.find('grant of owner')).toMatchObject({ endedAt: NOW, endReason: 'revoked' })
    expect(await connections.find('before')).toMatchObject({ endedAt: NOW - 1, endReason: 'replayed' })
    expect(await recordsOf('grant of owner')).toEqual([])
    expect(await connections.find('grant of other')).toMatchObject({ endedAt: undefined })
    expect(await recordsOf('grant of other')).toHaveLength(1)
  })

  it('tells which of many are over: ended, run out, or not there', async () => {
    await connections.add(connection('living', { expiresAt: NOW + 1 }))
    await connections.add(connection('run out', { expiresAt: NOW }))
    await connections.add(connection('ended'))
    // The clock of the replica that ended it is ahead.
    await connections.end('ended', 'owner', 'revoked', NOW + DAY)
    const ids = ['living', 'run out', 'ended', 'unknown']
    expect(await connections.ended(ids, NOW)).toEqual(['run out', 'ended', 'unknown'])
    expect(await connections.ended([], NOW)).toEqual([])
  })

  it('notes the use of a connection to the minute', async () => {
    await connections.add(connection('a'))
    await connections.used('a', NOW)
    await connections.used('a', NOW + 59_999)
    expect(await connections.find('a')).toMatchObject({ usedAt: NOW })
    await connections.used('a', NOW + 60_000)
    expect(await connections.find('a')).toMatchObject({ usedAt: NOW + 60_000 })
  })
})
