import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { silentLog } from '../kernel/log.ts'
import { createSecretStore } from '../store/secret-store.ts'
import { openStore, type Store } from '../store/store.ts'
import { engines, type Opened } from '../store/testing/engines.ts'
import { givenMasterKeys, masterKeyOf } from './master-key.ts'
import { createVault, type Vault } from './vault.ts'

const MASTER = givenMasterKeys(masterKeyOf('the master key of these tests'))
const OTHER = givenMasterKeys(masterKeyOf('the other master key of these tests'))
const PLACE = { owner: 'anna', kind: 'amocrm-account', name: 'firm' }
const CANARY = 'canary/7f+3c9e?отлично=\u{1f426}'

describe.each(engines)('the vault on $name', (engine) => {
  let opened: Opened
  let other: Store
  let vault: Vault
  /** Another server on the same database. */
  let elsewhere: Vault

  beforeEach(async () => {
    opened = await engine.open()
    other = await opened.again()
    vault = server(opened.store)
    elsewhere = server(other)
  })
  afterEach(async () => {
    await other.close()
    await opened.store.close()
  })

  function server(store: Store, masterKeys = MASTER): Vault {
    return createVault({ masterKeys, secrets: createSecretStore(store, systemClock) })
  }

  async function damage(change: (sealed: Buffer) => void): Promise<void> {
    const db = await opened.store.db()
    const { sealed } = await db.selectFrom('secret').select('sealed').executeTakeFirstOrThrow()
    const changed = Buffer.from(sealed)
    change(changed)
    await db.updateTable('secret').set({ sealed: changed }).execute()
  }

  it('gives a secret back, here and on another server, until it is removed', async () => {
    expect(await vault.get(PLACE)).toBeUndefined()
    await vault.put(PLACE, CANARY)
    expect(await vault.get(PLACE)).toBe(CANARY)
    expect(await elsewhere.get(PLACE)).toBe(CANARY)
    await elsewhere.remove(PLACE)
    expect(await vault.get(PLACE)).toBeUndefined()
    await vault.remove(PLACE)
  })

  it('keeps the last of what is put, whoever puts it, the empty text included', async () => {
    await vault.put(PLACE, 'one')
    await elsewhere.put(PLACE, 'two')
    expect(await vault.get(PLACE)).toBe('two')
    await vault.put(PLACE, '')
    expect(await elsewhere.get(PLACE)).toBe('')
  })

  it('takes any names and any size', async () => {
    const places = ["it's", 'a "quote"', 'ё', '%_\\', ' ', 'CASE', 'case', '\u{1f426}', 'x'.repeat(500)].map(
      (name) => ({ owner: `owner ${name}`, kind: `kind ${name}`, name }),
    )
    for (const [index, place] of places.entries()) await vault.put(place, `secret ${index}`)
    for (const [index, place] of places.entries()) expect(await elsewhere.get(place)).toBe(`secret ${index}`)
    const big = CANARY.repeat(100_000)
    await vault.put(PLACE, big)
    expect((await elsewhere.get(PLACE)) === big).toBe(true)
  })

  it('has one data key per owner, though several servers need the first one at once', async () => {
    const servers = Array.from({ length: 4 }, (_, index) => server(index % 2 === 0 ? opened.store : other))
    const puts = servers.flatMap((vault, index) =>
      ['a', 'b', 'c'].map((name) => vault.put({ ...PLACE, name: `${name}${index}` }, `${name}${index}`)),
    )
    await Promise.all(puts)
    const db = await opened.store.db()
    expect(await db.selectFrom('data_key').select(['owner', 'version']).execute()).toEqual([
      { owner: 'anna', version: 1 },
    ])
    for (let index = 0; index < servers.length; index++) {
      expect(await elsewhere.get({ ...PLACE, name: `b${index}` })).toBe(`b${index}`)
    }
  })

  it('opens nothing that was moved to another place', async () => {
    await vault.put(PLACE, CANARY)
    const db = await opened.store.db()
    await db.updateTable('secret').set({ name: 'another firm' }).execute()
    const error = await failure(vault.get({ ...PLACE, name: 'another firm' }))
    expect(error.kind).toBe('unavailable')
    expect(error.message).toContain('damaged')
  })

  it('opens nothing that somebody gave to another owner, data key and all', async () => {
    await vault.put(PLACE, CANARY)
    const db = await opened.store.db()
    const key = await db.selectFrom('data_key').selectAll().executeTakeFirstOrThrow()
    await db
      .insertInto('data_key')
      .values({ ...key, owner: 'mallory' })
      .execute()
    await db.updateTable('secret').set({ owner: 'mallory' }).execute()
    expect((await failure(vault.get({ ...PLACE, owner: 'mallory' }))).message).toContain('damaged')
  })

  it.each([
    ['changed', (sealed: Buffer) => sealed.writeUInt8(sealed.readUInt8(30) ^ 1, 30)],
    ['without its head', (sealed: Buffer) => sealed.fill(0, 0, 5)],
    ['zeros alone', (sealed: Buffer) => sealed.fill(0)],
  ])('says that a stored secret is damaged when it is %s, and nothing of it', async (_, change) => {
    await vault.put(PLACE, CANARY)
    await damage(change)
    const error = await failure(vault.get(PLACE))
    expect(error).toMatchObject({ kind: 'unavailable', cause: { reason: 'secret_damaged', ...PLACE } })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary')
    await vault.put(PLACE, 'put again')
    expect(await vault.get(PLACE)).toBe('put again')
  })

  it('says what to do when the master key is another, and overwrites nothing', async () => {
    await vault.put(PLACE, CANARY)
    const stranger = server(other, OTHER)
    for (const attempt of [stranger.get(PLACE), stranger.put(PLACE, 'overwritten')]) {
      const error = await failure(attempt)
      expect(error).toMatchObject({ kind: 'unavailable', cause: { reason: 'master_key_unknown' } })
      expect(error.hint).toContain('MASTER_KEY_PREVIOUS')
    }
    expect(await vault.get(PLACE)).toBe(CANARY)
  })

  it('writes with nothing that a database put back in its place does not have', async () => {
    await vault.put(PLACE, CANARY)
    const db = await opened.store.db()
    await db.deleteFrom('secret').execute()
    await db.deleteFrom('data_key').execute()
    // The same owner and version, another key: what a restored backup looks like to a server that runs.
    await elsewhere.put(PLACE, 'of the backup')
    await vault.put(PLACE, 'after the restore')
    expect(await elsewhere.get(PLACE)).toBe('after the restore')
  })

  it('leaves nothing of a secret or a key in the database, in any form a stranger would look for', async () => {
    await vault.put(PLACE, CANARY)
    await vault.put({ ...PLACE, name: 'short' }, 'canary')
    const bytes = await everyByteOf(opened)
    const needles = ['canary', CANARY, MASTER.current().wrapping.export().toString('latin1')]
    for (const needle of needles.flatMap(formsOf)) expect(bytes.includes(needle)).toBe(false)
    // The search itself finds what is there.
    expect(formsOf('amocrm-account').some((form) => bytes.includes(form))).toBe(true)
  })

  it('gives a stranger with the whole database and another master key not one secret', async () => {
    await vault.put(PLACE, CANARY)
    const db = await opened.store.db()
    const otherId = OTHER.current().id
    await expect(server(other, OTHER).get(PLACE)).rejects.toThrow(AppError)
    // Also when the stranger says that it was wrapped by the key they have.
    await db.updateTable('data_key').set({ master_key_id: otherId }).execute()
    const error = await failure(server(other, OTHER).get(PLACE))
    expect(error).toMatchObject({ kind: 'unavailable', cause: { reason: 'data_key_damaged' } })
  })
})

describe('the vault in memory', () => {
  it('works the same, and is gone with its process', async () => {
    const store = await openStore({ log: silentLog })
    const vault = createVault({ masterKeys: MASTER, secrets: createSecretStore(store, systemClock) })
    await vault.put(PLACE, CANARY)
    expect(await vault.get(PLACE)).toBe(CANARY)
    await store.close()
  })
})

async function failure(attempt: Promise<unknown>): Promise<AppError> {
  const error = await attempt.then(() => undefined).catch((error) => error)
  if (error instanceof AppError) return error
  throw new Error('It did not fail as it should.', { cause: error })
}

/** A text as it is, and in the forms that it may be written in. */
function formsOf(text: string): (string | Buffer)[] {
  const bytes = Buffer.from(text)
  return [
    bytes,
    bytes.toString('hex'),
    bytes.toString('base64').replace(/.?.?=*$/, ''),
    bytes.toString('base64url').replace(/..$/, ''),
    Buffer.from(text, 'utf16le'),
    encodeURIComponent(text),
  ]
}

/** All files of SQLite, its write-ahead log included; all rows of PostgreSQL, as a dump writes them. */
async function everyByteOf({ options, store }: Opened): Promise<Buffer> {
  const { dataDir } = options
  if (dataDir !== undefined) {
    const files = (await readdir(dataDir)).filter((file) => file.startsWith('mostik.db'))
    return Buffer.concat(await Promise.all(files.map((file) => readFile(join(dataDir, file)))))
  }
  const db = await store.db()
  const rows = [
    await db.selectFrom('secret').selectAll().execute(),
    await db.selectFrom('data_key').selectAll().execute(),
  ]
  const values = rows.flat().flatMap((row) => Object.values(row))
  return Buffer.concat(
    values.map((value) => (value instanceof Uint8Array ? value : Buffer.from(String(value)))),
  )
}
