import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newDataKey, type WrappedKey, wrapDataKey } from '../vault/data-key.ts'
import { masterKeyOf } from '../vault/master-key.ts'
import type { RotationStore, StoredSecret } from '../vault/secret-store.ts'
import { createRotationStore } from './rotation-store.ts'
import type { Store } from './store.ts'
import { engines, type Opened } from './testing/engines.ts'

const MASTER = masterKeyOf('the master key of these tests')
const OTHER = masterKeyOf('the other master key of these tests')
const PLACE = { owner: 'anna', kind: 'token', name: 'amocrm' }

function keyOf(owner: string, version: number): WrappedKey {
  return newDataKey({ owner, version }, MASTER).stored
}

function sealed(text: string, key: WrappedKey): StoredSecret {
  return { sealed: Buffer.from(text), key }
}

describe.each(engines)('the store of secrets on $name', (engine) => {
  let opened: Opened
  let other: Store
  let secrets: RotationStore
  let elsewhere: RotationStore
  let now: number

  beforeEach(async () => {
    opened = await engine.open()
    other = await opened.again()
    now = 1_790_000_000_000
    const clock = { now: () => now }
    secrets = createRotationStore(opened.store, clock)
    elsewhere = createRotationStore(other, clock)
  })
  afterEach(async () => {
    await other.close()
    await opened.store.close()
  })

  async function text(place = PLACE): Promise<string | undefined> {
    const stored = await elsewhere.read(place)
    return stored && Buffer.from(stored.sealed).toString()
  }

  async function added(owner: string, ...versions: number[]): Promise<WrappedKey[]> {
    const keys = versions.map((version) => keyOf(owner, version))
    for (const key of keys) expect(await secrets.addKey(() => key)).toBe(true)
    return keys
  }

  it('has nothing at first', async () => {
    expect(await secrets.read(PLACE)).toBeUndefined()
    expect(await secrets.newestKey('anna')).toBeUndefined()
    expect(await secrets.keysAfter(undefined)).toEqual([])
    expect(await secrets.sealedBefore('anna', 9, undefined)).toEqual([])
  })

  it('gives a secret back with its data key, byte for byte, in another process', async () => {
    const [key] = await added('anna', 1)
    if (key === undefined) return
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    expect(await secrets.write(PLACE, { sealed: bytes, key })).toBe(true)
    const stored = await elsewhere.read(PLACE)
    expect(stored && Buffer.from(stored.sealed)).toEqual(bytes)
    expect(stored && { ...stored.key, wrapped: Buffer.from(stored.key.wrapped) }).toEqual(key)
  })

  it('holds a secret of four megabytes', async () => {
    const [key] = await added('anna', 1)
    if (key === undefined) return
    const bytes = Buffer.alloc(4 * 1024 * 1024, 'mostik')
    expect(await secrets.write(PLACE, { sealed: bytes, key })).toBe(true)
    expect(bytes.equals((await elsewhere.read(PLACE))?.sealed ?? Buffer.of())).toBe(true)
  })

  it('keeps one secret in a place, the last one written', async () => {
    const [key] = await added('anna', 1)
    if (key === undefined) return
    await secrets.write(PLACE, sealed('one', key))
    now += 5
    await elsewhere.write(PLACE, sealed('two', key))
    expect(await text()).toBe('two')
    const rows = await (await opened.store.db()).selectFrom('secret').select('updated_at').execute()
    expect(rows).toEqual([{ updated_at: now }])
  })

  it('keeps apart what differs in owner, kind or name alone', async () => {
    const [annas] = await added('anna', 1)
    const [borises] = await added('boris', 1)
    if (annas === undefined || borises === undefined) return
    const places = [PLACE, { ...PLACE, kind: 'answer' }, { ...PLACE, name: 'Amocrm' }]
    for (const [index, place] of places.entries()) await secrets.write(place, sealed(`${index}`, annas))
    await secrets.write({ ...PLACE, owner: 'boris' }, sealed('boris', borises))
    await secrets.remove(PLACE)
    expect(await Promise.all(places.map((place) => text(place)))).toEqual([undefined, '1', '2'])
    expect(await text({ ...PLACE, owner: 'boris' })).toBe('boris')
  })

  it('writes nothing with a data key that is not stored', async () => {
    expect(await secrets.write(PLACE, sealed('one', keyOf('anna', 1)))).toBe(false)
    expect(await text()).toBeUndefined()
  })

  it('writes nothing with a data key that has been replaced by a newer one', async () => {
    const [first, second] = await added('anna', 1, 2)
    if (first === undefined || second === undefined) return
    expect(await secrets.write(PLACE, sealed('one', first))).toBe(false)
    expect(await secrets.write(PLACE, sealed('two', second))).toBe(true)
    expect(await text()).toBe('two')
  })

  it('writes nothing with a data key that only has the version of the stored one', async () => {
    await added('anna', 1)
    expect(await secrets.write(PLACE, sealed('one', keyOf('anna', 1)))).toBe(false)
  })

  it('lets one of many processes add the data key of a version', async () => {
    const keys = Array.from({ length: 8 }, () => keyOf('anna', 1))
    const won = await Promise.all(
      keys.map((key, index) => (index % 2 === 0 ? secrets : elsewhere).addKey(() => key)),
    )
    expect(won.filter(Boolean)).toHaveLength(1)
    const stored = await elsewhere.newestKey('anna')
    expect(stored && Buffer.from(stored.wrapped)).toEqual(keys[won.indexOf(true)]?.wrapped)
  })

  it('adds no data key when making it fails', async () => {
    const failing = secrets.addKey(() => {
      throw new Error('no master key')
    })
    await expect(failing).rejects.toThrow('no master key')
    expect(await secrets.newestKey('anna')).toBeUndefined()
    await added('anna', 1)
  })

  it('names the master keys in use', async () => {
    await added('anna', 1, 2)
    await added('boris', 1)
    await secrets.addKey(() => newDataKey({ owner: 'vera', version: 1 }, OTHER).stored)
    const seen: string[] = []
    await elsewhere.withMasterKeyIds((ids) => {
      seen.push(...ids)
    })
    expect(seen.toSorted()).toEqual([MASTER.id, OTHER.id].toSorted())
  })

  it('exchanges the form of a data key once', async () => {
    const { key, stored } = newDataKey({ owner: 'anna', version: 1 }, MASTER)
    await secrets.addKey(() => stored)
    const other = wrapDataKey(key, stored, OTHER)
    expect(await secrets.rewrap(stored, other)).toBe(true)
    expect(await secrets.rewrap(stored, other)).toBe(false)
    expect((await elsewhere.newestKey('anna'))?.masterKeyId).toBe(OTHER.id)
  })

  it('exchanges a secret only when it is still the same', async () => {
    const [first] = await added('anna', 1)
    if (first === undefined) return
    await secrets.write(PLACE, sealed('one', first))
    const [second] = await added('anna', 2)
    if (second === undefined) return
    await elsewhere.write(PLACE, sealed('newer', second))
    expect(await secrets.replace(PLACE, sealed('one', first), sealed('anew', second))).toBe(false)
    expect(await text()).toBe('newer')
    expect(await secrets.replace(PLACE, sealed('newer', second), sealed('anew', second))).toBe(true)
    expect(await text()).toBe('anew')
  })

  it('exchanges no secret for one that was read before another was put, though under the same data key', async () => {
    const [first] = await added('anna', 1)
    if (first === undefined) return
    await secrets.write(PLACE, sealed('one', first))
    await elsewhere.write(PLACE, sealed('newer', first))
    const [second] = await added('anna', 2)
    if (second === undefined) return
    expect(await secrets.replace(PLACE, sealed('one', first), sealed('anew', second))).toBe(false)
    expect(await text()).toBe('newer')
  })

  it('exchanges no secret for one whose data key is gone', async () => {
    const [first] = await added('anna', 1)
    if (first === undefined) return
    await secrets.write(PLACE, sealed('one', first))
    expect(await secrets.replace(PLACE, sealed('one', first), sealed('two', keyOf('anna', 2)))).toBe(false)
    expect(await text()).toBe('one')
  })

  it('drops earlier data keys of one owner, but none that a secret needs', async () => {
    const [first] = await added('anna', 1)
    if (first === undefined) return
    await secrets.write(PLACE, sealed('one', first))
    await added('anna', 2, 3)
    await added('boris', 1, 2)
    await secrets.dropKeys('anna', 3)
    const left = await secrets.keysAfter(undefined)
    expect(left.map(({ owner, version }) => `${owner}${version}`)).toEqual([
      'anna1',
      'anna3',
      'boris1',
      'boris2',
    ])
    expect(await text()).toBe('one')
    await secrets.remove(PLACE)
    await secrets.dropKeys('anna', 3)
    expect((await secrets.keysAfter(undefined)).map(({ version }) => version)).toEqual([3, 1, 2])
  })

  it('pages through data keys and places, each once', async () => {
    const db = await opened.store.db()
    const owners = Array.from({ length: 450 }, (_, index) => `owner ${index}`)
    const rows = owners.map((owner) => {
      const { version, masterKeyId: master_key_id, wrapped } = keyOf(owner, 1)
      return { owner, version, master_key_id, wrapped, created_at: now }
    })
    await db.insertInto('data_key').values(rows).execute()
    const found: string[] = []
    for (let last: WrappedKey | undefined; ; ) {
      const page = await secrets.keysAfter(last)
      if (page.length === 0) break
      found.push(...page.map(({ owner }) => owner))
      last = page.at(-1)
    }
    expect(found.toSorted()).toEqual(owners.toSorted())

    const names = Array.from({ length: 450 }, (_, index) => ({ kind: `kind ${index % 7}`, name: `${index}` }))
    const secret = { owner: 'owner 3', key_version: 1, sealed: Buffer.from('x'), updated_at: now }
    await db
      .insertInto('secret')
      .values(names.map((name) => ({ ...secret, ...name })))
      .execute()
    const places: string[] = []
    for (let last: (typeof PLACE)[] | undefined; ; ) {
      const page = await secrets.sealedBefore('owner 3', 2, last?.[0])
      if (page.length === 0) break
      places.push(...page.map(({ name }) => name))
      last = page.slice(-1)
    }
    expect(places.toSorted()).toEqual(names.map(({ name }) => name).toSorted())
    expect(await secrets.sealedBefore('owner 3', 1, undefined)).toEqual([])
  })
})

describe('the store of secrets on sqlite, beside a key file', () => {
  it('wraps no data key while another process changes the master keys', async () => {
    const [sqlite] = engines
    if (sqlite === undefined) return
    const opened = await sqlite.open()
    const other = await opened.again()
    // Loaded and open, so that nothing but the lock keeps it.
    await other.db()
    const secrets = createRotationStore(opened.store, { now: () => 0 })
    const order: string[] = []
    let adding: Promise<boolean> | undefined
    await opened.store.durably(async () => {
      adding = createRotationStore(other, { now: () => 0 }).addKey(() => {
        order.push('wrapped')
        return keyOf('vera', 1)
      })
      // Both wait in one event loop, so that the other one tries again and again meanwhile, however busy the machine is.
      for (let turn = 0; turn < 20; turn++) await pause(2)
      order.push('changed')
    })
    await adding
    await secrets.withMasterKeyIds((ids) => {
      order.push(...ids)
    })
    expect(order).toEqual(['changed', 'wrapped', MASTER.id])
    await other.close()
    await opened.store.close()
  })
})
