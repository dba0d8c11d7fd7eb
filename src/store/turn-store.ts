import type { TurnStore } from '../limits/turn-store.ts'
import { databaseClock } from './database-clock.ts'
import type { Store } from './store.ts'

/** No lease is longer; a time further ahead was written before the clock of the database was set back. */
const FURTHEST_MS = 60_000

/** The turns of all replicas: a row for each that somebody has, one statement a step, the time of the database. */
export function createTurnStore(store: Pick<Store, 'db' | 'engine'>): TurnStore {
  async function open() {
    const { sql } = await import('kysely')
    const now = sql<number>`${databaseClock(sql, store.engine).us} / 1000`
    const after = (ms: number) => sql<number>`${now} + cast(${ms} as bigint)`
    return { db: await store.db(), now, after }
  }

  return {
    async take(name, holder, leaseMs) {
      const { db, now, after } = await open()
      const row = await db
        .insertInto('turn')
        .values({ name, holder, until: after(leaseMs) })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, until: after(leaseMs) })
            .where((is) =>
              is.or([
                is('turn.until', '<=', now),
                is('turn.until', '>', after(FURTHEST_MS)),
                is('turn.holder', '=', holder),
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
        .updateTable('turn')
        .set({ until: after(leaseMs) })
        .where('name', '=', name)
        .where('holder', '=', holder)
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    },
    async give(name, holder) {
      const { db } = await open()
      await db.deleteFrom('turn').where('name', '=', name).where('holder', '=', holder).execute()
    },
  }
}
