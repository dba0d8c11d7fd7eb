import { OWNER } from '../kernel/caller.ts'
import type { PeopleStore } from '../people/people-store.ts'
import type { Db, Store } from './store.ts'

type FixedPasswordStore = Pick<PeopleStore, 'fixedPassword' | 'changeFixedPassword'>

/** The hash of the password that the settings gave last, in `meta`. */
export function createFixedPasswordStore(
  store: Pick<Store, 'db' | 'durably' | 'engine'>,
): FixedPasswordStore {
  return {
    fixedPassword: async () => readFixedPassword(await store.db()),
    changeFixedPassword: ({ from, to }) =>
      store.durably(async (db) => {
        // A session that is being started holds the owner's row: it is there before this goes on, or comes after it.
        const owner = db.selectFrom('person').select('id').where('id', '=', OWNER)
        await (store.engine === 'postgres' ? owner.forUpdate() : owner).execute()
        if (!(await replaced(db, from, to))) return false
        await db.deleteFrom('web_session').where('person', '=', OWNER).execute()
        return true
      }),
  }
}

export async function readFixedPassword(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', KEY).executeTakeFirst()
  return row?.value
}

const KEY = 'fixed_password'
async function replaced(db: Db, from: string | undefined, to: string | undefined): Promise<boolean> {
  if (from === undefined) {
    if (to === undefined) return (await readFixedPassword(db)) === undefined
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('meta')
      .values({ key: KEY, value: to })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    return numInsertedOrUpdatedRows === 1n
  }
  if (to === undefined) {
    const { numDeletedRows } = await db
      .deleteFrom('meta')
      .where('key', '=', KEY)
      .where('value', '=', from)
      .executeTakeFirstOrThrow()
    return numDeletedRows === 1n
  }
  const { numUpdatedRows } = await db
    .updateTable('meta')
    .set({ value: to })
    .where('key', '=', KEY)
    .where('value', '=', from)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}
