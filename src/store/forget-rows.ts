import type { RawBuilder } from 'kysely'
import type { Store } from './store.ts'

/** Deletes the rows that this holds for, but for those that somebody writes at the moment. */
export async function forgetRows(
  store: Pick<Store, 'db' | 'engine'>,
  table: 'rate' | 'call_rate',
  isOld: RawBuilder<boolean>,
): Promise<void> {
  const db = await store.db()
  const old = db.selectFrom(table).select('name').where(isOld)
  // Two who lock many rows in different orders would wait for each other.
  const free = store.engine === 'postgres' ? old.forUpdate().skipLocked() : old
  await db.deleteFrom(table).where('name', 'in', free).execute()
}
