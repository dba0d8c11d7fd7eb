import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../kernel/clock.ts'
import { createRotationStore } from '../store/rotation-store.ts'
import type { Store } from '../store/store.ts'
import { Death, dyingAt } from '../store/testing/dying.ts'
import { engines, type Opened } from '../store/testing/engines.ts'
import { unwrapDataKey } from './data-key.ts'
import { addDataKey, newestDataKey } from './data-keys.ts'
import { givenMasterKeys, type MasterKeys, masterKeyOf } from './master-key.ts'
import { openMasterKeys } from './open-master-keys.ts'
import { rotateKeys } from './rotate-keys.ts'
import { type Place, sealSecret } from './sealed-secret.ts'
import type { RotationStore } from './secret-store.ts'
import { createVault, type Vault } from './vault.ts'

const EARLIER = masterKeyOf('the earlier master key of these tests')
const NEWER = masterKeyOf('the newer master key of these tests')
const BEFORE = givenMasterKeys(EARLIER)
const DURING = givenMasterKeys(NEWER, [EARLIER])
const AFTER = givenMasterKeys(NEWER)
const OWNERS = ['anna', 'boris', 'vera']
const PLACES = OWNERS.flatMap((owner) => ['a', 'b'].map((name): Place => ({ owner, kind: 'token', name })))
/** Enough for a rotation that is tried once for each of its steps. */
const FEW = PLACES.filter(({ owner, name }) => owner !== 'vera' && name === 'a')

describe.each(engines)('a rotation of keys on $name', (engine) => {
  let opened: Opened
  let other: Store
  let secrets: RotationStore
  /** The same database as another process sees it. */
  let elsewhere: RotationStore

  beforeEach(async () => {
    opened = await engine.open()
    other = await opened.again()
    secrets = createRotationStore(opened.store, systemClock)
    elsewhere = createRotationStore(other, systemClock)
  })
  afterEach(async () => {
    await other.close()
    await opened.store.close()
  })

  /** A secret in every place, sealed with `BEFORE`, and the server that sealed them, its keys at hand. */
  async function fill(masterKeys: MasterKeys = BEFORE, places = PLACES): Promise<Vault> {
    const vault = createVault({ masterKeys, secrets: elsewhere })
    for (const place of places) await vault.put(place, secretOf(place))
    return vault
  }

  async function expectAllOpen(masterKeys: MasterKeys, places = PLACES): Promise<void> {
    const vault = createVault({ masterKeys, secrets: elsewhere })
    for (const place of places) expect(await vault.get(place)).toBe(secretOf(place))
    for (const key of await secrets.keysAfter(undefined)) {
      const by = masterKeys.find(key.masterKeyId)
      expect(by && unwrapDataKey(key, by)).toBeDefined()
    }
  }

  async function versions(): Promise<Record<string, number[]>> {
    const keys = await secrets.keysAfter(undefined)
    const grouped = Object.groupBy(keys, ({ owner }) => owner)
    return Object.fromEntries(
      Object.entries(grouped).map(([owner, keys = []]) => [owner, keys.map(({ version }) => version)]),
    )
  }

  it('seals everything anew, so that the earlier master key opens nothing and is needed for nothing', async () => {
    await fill()
    const before = await Promise.all(PLACES.map((place) => secrets.read(place)))
    const rotated = await rotateKeys({ masterKeys: DURING, secrets })
    expect(rotated).toEqual({
      masterKeyId: NEWER.id,
      isNew: false,
      owners: 3,
      secrets: 6,
      damaged: 0,
      stillNeeded: [],
    })
    expect(await versions()).toEqual({ anna: [2], boris: [2], vera: [2] })
    await expectAllOpen(AFTER)
    for (const [index, place] of PLACES.entries()) {
      const after = await secrets.read(place)
      expect(after?.key.version).toBe(2)
      expect(after && Buffer.from(after.sealed).equals(before[index]?.sealed ?? Buffer.of())).toBe(false)
    }
  })

  it('says at the next start which master keys are needed', async () => {
    await fill()
    await rotateKeys({ masterKeys: DURING, secrets })
    const started = await opened.again()
    expect(started.atStart.masterKeyIds).toEqual([NEWER.id])
    await started.close()
  })

  it('changes the data keys also when the master key stays', async () => {
    await fill()
    expect(await rotateKeys({ masterKeys: BEFORE, secrets })).toMatchObject({ secrets: 6, isNew: false })
    expect(await versions()).toEqual({ anna: [2], boris: [2], vera: [2] })
    await expectAllOpen(BEFORE)
  })

  it('does nothing to an empty store', async () => {
    const rotated = await rotateKeys({ masterKeys: DURING, secrets })
    expect(rotated).toMatchObject({ owners: 0, secrets: 0, damaged: 0 })
  })

  it('lets a running server with both keys read and write on, with what it had at hand', async () => {
    const server = await fill(givenMasterKeys(EARLIER, [NEWER]))
    await rotateKeys({ masterKeys: DURING, secrets })
    for (const place of PLACES) {
      expect(await server.get(place)).toBe(secretOf(place))
      await server.put(place, `${secretOf(place)} of the server`)
      expect(await server.get(place)).toBe(`${secretOf(place)} of the server`)
    }
    expect(await versions()).toEqual({ anna: [2], boris: [2], vera: [2] })
  })

  it('tells a server without the new master key what its owner has to set', async () => {
    const server = await fill()
    await rotateKeys({ masterKeys: DURING, secrets })
    const [place = { owner: '', kind: '', name: '' }] = PLACES
    const refused = { kind: 'unavailable', hint: expect.stringContaining('mostik keys rotate') }
    await expect(server.get(place)).rejects.toMatchObject(refused)
    await expect(server.put(place, 'a token')).rejects.toMatchObject(refused)
    await expectAllOpen(AFTER)
  })

  it('leaves a write alone that comes between its look and its own', async () => {
    const server = await fill(givenMasterKeys(EARLIER, [NEWER]))
    let isFirst = true
    const racing: RotationStore = {
      ...secrets,
      async replace(place, from, to) {
        if (isFirst) await server.put(place, 'written meanwhile')
        isFirst = false
        return secrets.replace(place, from, to)
      },
    }
    await rotateKeys({ masterKeys: DURING, secrets: racing })
    const found = await Promise.all(PLACES.map((place) => server.get(place)))
    expect(found.filter((secret) => secret === 'written meanwhile')).toHaveLength(1)
    expect(await versions()).toEqual({ anna: [2], boris: [2], vera: [2] })
  })

  it('comes back for what a write that had begun before it left under the earlier data key', async () => {
    await fill()
    const [place = { owner: '', kind: '', name: '' }] = PLACES
    const earlier = await newestDataKey(place.owner, secrets, BEFORE)
    const late = sealSecret(earlier, place, 'written late')
    const db = await opened.store.db()
    let isFirst = true
    const racing: RotationStore = {
      ...secrets,
      async replace(...exchange) {
        const { owner, kind, name } = place
        const query = db.updateTable('secret').set({ sealed: late })
        if (isFirst) await query.where((words) => words.and({ owner, kind, name })).execute()
        isFirst = false
        return secrets.replace(...exchange)
      },
    }
    expect(await rotateKeys({ masterKeys: DURING, secrets: racing })).toMatchObject({ damaged: 0 })
    expect(await createVault({ masterKeys: AFTER, secrets }).get(place)).toBe('written late')
    expect(await versions()).toEqual({ anna: [2], boris: [2], vera: [2] })
  })

  it.each(['before', 'after'] as const)('loses nothing when it dies %s any of its steps', async (when) => {
    await fill(BEFORE, FEW)
    let deaths = 0
    for (let at = 1; ; at++) {
      try {
        await rotateKeys({ masterKeys: DURING, secrets: dyingAt(at, when)(secrets) })
        break
      } catch (error) {
        if (!(error instanceof Death)) throw error
        deaths++
        await expectAllOpen(DURING, FEW)
      }
    }
    expect(deaths).toBeGreaterThan(10)
    expect(Object.values(await versions()).map(({ length }) => length)).toEqual([1, 1])
    await expectAllOpen(AFTER, FEW)
  })

  it('is done once by two at once', async () => {
    await fill()
    const both = [secrets, elsewhere].map((store) => rotateKeys({ masterKeys: DURING, secrets: store }))
    for (const { damaged, stillNeeded } of await Promise.all(both)) {
      expect({ damaged, stillNeeded }).toEqual({ damaged: 0, stillNeeded: [] })
    }
    await rotateKeys({ masterKeys: DURING, secrets })
    expect(Object.values(await versions()).map(({ length }) => length)).toEqual([1, 1, 1])
    await expectAllOpen(AFTER)
  })

  it('changes nothing when a master key is missing', async () => {
    await fill()
    const third = givenMasterKeys(masterKeyOf('a third master key of these tests'))
    await expect(rotateKeys({ masterKeys: third, secrets })).rejects.toMatchObject({
      kind: 'invalid_input',
      message: expect.stringContaining(EARLIER.id),
      hint: expect.stringContaining('MASTER_KEY_PREVIOUS'),
    })
    expect(await versions()).toEqual({ anna: [1], boris: [1], vera: [1] })
    await expectAllOpen(BEFORE)
  })

  it('leaves a damaged secret and its data key as they are, and does the rest', async () => {
    await fill()
    const db = await opened.store.db()
    await db
      .updateTable('secret')
      .set({ sealed: Buffer.alloc(60, 1) })
      .where('owner', '=', 'boris')
      .where('name', '=', 'a')
      .execute()
    const rotated = await rotateKeys({ masterKeys: DURING, secrets })
    expect(rotated).toMatchObject({ secrets: 5, damaged: 1, stillNeeded: [] })
    expect(await versions()).toEqual({ anna: [2], boris: [1, 2], vera: [2] })
  })

  it('says when an old server has made a data key with the earlier master key meanwhile', async () => {
    await fill()
    const racing: RotationStore = {
      ...secrets,
      async settled() {
        await addDataKey({ owner: 'galina', version: 1 }, elsewhere, BEFORE)
        await secrets.settled()
      },
    }
    expect((await rotateKeys({ masterKeys: DURING, secrets: racing })).stillNeeded).toEqual([EARLIER.id])
    expect((await rotateKeys({ masterKeys: DURING, secrets })).stillNeeded).toEqual([])
  })
})

describe('a rotation with a key file', () => {
  const [sqlite] = engines
  let opened: Opened
  beforeEach(async () => {
    if (sqlite) opened = await sqlite.open()
  })
  afterEach(() => opened.store.close())

  function keysAtStart(masterKeyIds: readonly string[] = []): MasterKeys {
    const { dataDir: DATA_DIR } = opened.options
    return openMasterKeys({ DATA_DIR }, { engine: 'sqlite', isExposed: false, masterKeyIds })
  }

  it('makes a new master key, which running servers take up by themselves', async () => {
    const secrets = createRotationStore(opened.store, systemClock)
    const server = createVault({ masterKeys: keysAtStart(), secrets })
    for (const place of PLACES) await server.put(place, secretOf(place))
    const seen = new Set([keysAtStart().current().id])
    for (let round = 1; round <= 3; round++) {
      const rotated = await rotateKeys({ masterKeys: keysAtStart(), secrets })
      expect(rotated).toMatchObject({ isNew: true, secrets: 5 + round, stillNeeded: [] })
      expect(seen.has(rotated.masterKeyId)).toBe(false)
      seen.add(rotated.masterKeyId)
      for (const place of PLACES) {
        expect(await server.get(place)).toBe(secretOf(place))
        await server.put(place, secretOf(place))
      }
      await server.put({ owner: `new ${round}`, kind: 'token', name: 'a' }, 'new')
      const again = await opened.again()
      expect(again.atStart.masterKeyIds).toEqual([rotated.masterKeyId])
      await again.close()
    }
    // The current key and the one before it, for a backup that was made then.
    const ids = [...seen]
    expect(ids.map((id) => keysAtStart().find(id) !== undefined)).toEqual([false, false, true, true])
  })

  it('keeps every key that is needed, however often it is cut off', async () => {
    const secrets = createRotationStore(opened.store, systemClock)
    const server = createVault({ masterKeys: keysAtStart(), secrets })
    for (const place of FEW) await server.put(place, secretOf(place))
    let isDone = false
    for (let at = 1; !isDone; at++) {
      try {
        await rotateKeys({ masterKeys: keysAtStart(), secrets: dyingAt(at, 'after')(secrets) })
        isDone = true
      } catch (error) {
        if (!(error instanceof Death)) throw error
      }
      const again = await opened.again()
      const started = createVault({ masterKeys: keysAtStart(again.atStart.masterKeyIds), secrets })
      for (const place of FEW) expect(await started.get(place)).toBe(secretOf(place))
      for (const place of FEW) expect(await server.get(place)).toBe(secretOf(place))
      await again.close()
    }
  })
})

function secretOf({ owner, name }: Place): string {
  return `secret ${name} of ${owner}`
}
