import type { Store } from './store.ts'

const EVERY_MS = 60_000
/** What is left waits for the next minute. */
const AT_ONCE = 1000

/** Deletes, once a minute at most, the rows of the table that are over. */
export function createForgetting(store: Pick<Store, 'db' | 'engine'>, table: 'web_session' | 'ticket') {
  let forgottenAt: number | undefined

  return async (now: number): Promise<void> => {
    if (forgottenAt !== undefined && Math.abs(now - forgottenAt) < EVERY_MS) return
    forgottenAt = now
    const db = await store.db()
    const over = db.selectFrom(table).select('id').where('expires_at', '<=', now).limit(AT_ONCE)
    // Two who lock many rows in different orders would wait for each other.
    const free = store.engine === 'postgres' ? over.forUpdate().skipLocked() : over
    await db.deleteFrom(table).where('id', 'in', free).execute()
  }
}
