import type { LockStore } from '../locks/lock-store.ts'
import { databaseClock } from './database-clock.ts'
import type { Store } from './store.ts'

/** No lease is longer; a time further ahead was written before the clock of the database was set back. */
const FURTHEST_MS = 60_000

/** The locks of all replicas: a row for each that somebody has, one statement a step, the time of the database. */
export function createLockStore(store: Pick<Store, 'db' | 'engine'>): LockStore {
  async function open() {
    const { sql } = await import('kysely')
    const { now, after } = databaseClock(sql, store.engine)
    return { db: await store.db(), now, after }
  }

  return {
    async take(name, holder, leaseMs) {
      const { db, now, after } = await open()
      const row = await db
        .insertInto('lock')
        .values({ name, holder, until: after(leaseMs) })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, until: after(leaseMs) })
            .where((is) =>
              is.or([
                is('lock.until', '<=', now),
                is('lock.until', '>', after(FURTHEST_MS)),
                is('lock.holder', '=', holder),
              ]),
            ),
        )
        .returning('name')
        .executeTakeFirst()
      return row !== undefined
    },
    async extend(name, holder, leaseMs) {
      const { db, after } = await open()
      const { numUpdatedRows } = await db
        .updateTable('lock')
        .set({ until: after(leaseMs) })
        .where('name', '=', name)
        .where('holder', '=', holder)
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    },
    async give(name, holder) {
      const { db } = await open()
      await db.deleteFrom('lock').where('name', '=', name).where('holder', '=', holder).execute()
    },
  }
}
