import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isConflict } from './conflict.ts'
import type { Store } from './store.ts'
import { engines, type Opened } from './testing/engines.ts'

describe.each(engines)('the store on $name', (engine) => {
  let opened: Opened
  let store: Store
  beforeEach(async () => {
    opened = await engine.open()
    store = opened.store
  })
  afterEach(() => store.close())

  it('keeps what was written for the next process', async () => {
    const db = await store.db()
    await db.insertInto('meta').values({ key: 'a', value: 'b' }).execute()
    const other = await opened.again()
    const rows = await (await other.db()).selectFrom('meta').selectAll().execute()
    await other.close()
    expect(rows).toEqual([{ key: 'a', value: 'b' }])
  })

  it('gives large integers as numbers and binary columns as bytes', async () => {
    const db = await store.db()
    const wrapped = new Uint8Array([0, 255, 10])
    const row = { owner: 'o', version: 1, master_key_id: 'm', wrapped, created_at: 1_795_000_000_123 }
    await store.durably((trx) => trx.insertInto('data_key').values(row).execute())
    const read = await db.selectFrom('data_key').selectAll().executeTakeFirstOrThrow()
    expect(read.created_at).toBe(1_795_000_000_123)
    expect(read.wrapped).toBeInstanceOf(Uint8Array)
    expect([...read.wrapped]).toEqual([0, 255, 10])
  })

  it('leaves nothing of a transaction that failed', async () => {
    const work = store.durably(async (db) => {
      await db.insertInto('meta').values({ key: 'a', value: 'b' }).execute()
      throw new Error('changed my mind')
    })
    await expect(work).rejects.toThrow('changed my mind')
    expect(await (await store.db()).selectFrom('meta').selectAll().execute()).toEqual([])
  })

  it('tells a conflict from everything else', async () => {
    const db = await store.db()
    const insert = () => db.insertInto('meta').values({ key: 'a', value: 'b' }).execute()
    await insert()
    const twice = await insert().catch((error: unknown) => error)
    const orphan = {
      owner: 'o',
      kind: 'k',
      name: 'n',
      key_version: 1,
      sealed: new Uint8Array([1]),
      updated_at: 1,
    }
    const homeless = await db
      .insertInto('secret')
      .values(orphan)
      .execute()
      .catch((error: unknown) => error)
    expect([isConflict(twice), isConflict(homeless), isConflict(new Error('x'))]).toEqual([true, true, false])
  })

  it('counts the rows that a statement has changed', async () => {
    const db = await store.db()
    await db
      .insertInto('meta')
      .values([
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ])
      .execute()
    const { numUpdatedRows } = await db.updateTable('meta').set({ value: '3' }).executeTakeFirstOrThrow()
    expect(Number(numUpdatedRows)).toBe(2)
  })
})
