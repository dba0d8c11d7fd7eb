import type { Selectable } from 'kysely'
import type { Clock } from '../kernel/clock.ts'
import type { OnceStore, Past, Seen } from '../once/once-store.ts'
import { databaseClock, ownClock } from './database-clock.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

const PAGE = 100

/**
 * Calls that happen once, in `once`. Several servers on one PostgreSQL go by its clock; the processes on one SQLite
 * file go by the clock of their machine.
 */
export function createOnceStore(store: Pick<Store, 'db' | 'durably' | 'engine'>, clock: Clock): OnceStore {
  async function open() {
    const { sql } = await import('kysely')
    const { now, after } =
      store.engine === 'postgres' ? databaseClock(sql, store.engine) : ownClock(sql, clock)
    return { db: await store.db(), now, after }
  }

  return {
    async begin({ id, owner, tool, account, digest, keepMs }, { holder, leaseMs, draft }) {
      const { now, after } = await open()
      const row = await store.durably((db) =>
        db
          .insertInto('once')
          .values({
            id,
            owner,
            tool,
            account,
            input_digest: digest,
            state: 'running',
            started_at: now,
            alive_until: after(leaseMs),
            holder,
            expires_at: after(keepMs),
            draft,
          })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .returning('started_at')
          .executeTakeFirst(),
      )
      return row?.started_at
    },
    async look(id) {
      const { db, now } = await open()
      const row = await db
        .selectFrom('once')
        .selectAll()
        .select(now.as('now'))
        .where('id', '=', id)
        .executeTakeFirst()
      return row && seenOf(row)
    },
    async claim(seen, { holder, leaseMs, draft }) {
      const { db, now, after } = await open()
      const { numUpdatedRows } = await db
        .updateTable('once')
        .set({ state: 'running', holder, alive_until: after(leaseMs), draft })
        .where('id', '=', seen.id)
        .where('started_at', '=', seen.startedAt)
        .where('holder', '=', seen.holder)
        .where('alive_until', '=', seen.aliveUntil)
        .where('state', '=', seen.state)
        .where((is) =>
          is.or([is('state', '=', 'unverified'), is('state', '=', 'running').and('alive_until', '<=', now)]),
        )
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    },
    async hasTwin({ id, tool, account, digest }, since) {
      const { db } = await open()
      const twin = await db
        .selectFrom('once')
        .select('id')
        .where('tool', '=', tool)
        .where('account', '=', account)
        .where('input_digest', '=', digest)
        .where('id', '!=', id)
        .where('alive_until', '>=', since)
        .limit(1)
        .executeTakeFirst()
      return twin !== undefined
    },
    async extend(holders, leaseMs) {
      if (holders.length === 0) return []
      const { db, now, after } = await open()
      const rows = await db
        .updateTable('once')
        .set({ alive_until: after(leaseMs) })
        .where('state', '=', 'running')
        .where('alive_until', '>', now)
        .where('holder', 'in', holders)
        .returning('holder')
        .execute()
      return rows.map(({ holder }) => holder)
    },
    async finish({ id, holder }, keepMs) {
      const { db, now, after } = await open()
      const { numUpdatedRows } = await db
        .updateTable('once')
        .set({ state: 'done', alive_until: now, expires_at: after(keepMs), draft: '' })
        .where('id', '=', id)
        .where('holder', '=', holder)
        .where('state', '!=', 'done')
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    },
    async release({ id, holder }) {
      const { db } = await open()
      await db
        .deleteFrom('once')
        .where('id', '=', id)
        .where('holder', '=', holder)
        .where('state', '!=', 'done')
        .execute()
    },
    async doubt(holders) {
      if (holders.length === 0) return
      const { db, now } = await open()
      await db
        .updateTable('once')
        .set({ state: 'unverified', alive_until: now, draft: '' })
        .where('state', '=', 'running')
        .where('holder', 'in', holders)
        .execute()
    },
    async shorten(leaseMs) {
      const { db, after } = await open()
      await db
        .updateTable('once')
        .set({ alive_until: after(leaseMs) })
        .where('state', '=', 'running')
        .where('alive_until', '>', after(leaseMs))
        .execute()
    },
    async abandon() {
      const { db, now } = await open()
      // Two who do this at once must not report the same one twice: a statement that waited for the other's row looks again.
      const rows = await db
        .updateTable('once')
        .set({ state: 'unverified' })
        .where('state', '=', 'running')
        .where('alive_until', '<=', now)
        .returning('draft')
        .execute()
      return rows.map(({ draft }) => draft)
    },
    async expired() {
      const { db, now } = await open()
      const rows = await db
        .selectFrom('once')
        .select(['id', 'owner', 'started_at'])
        .where('expires_at', '<=', now)
        .where('state', '!=', 'running')
        .orderBy('expires_at')
        .limit(PAGE)
        .execute()
      return rows.map(pastOf)
    },
    async forget({ id, startedAt }) {
      const { db, now } = await open()
      await db
        .deleteFrom('once')
        .where('id', '=', id)
        .where('started_at', '=', startedAt)
        .where('expires_at', '<=', now)
        .where('state', '!=', 'running')
        .execute()
    },
  }
}

function seenOf({ now, ...row }: Selectable<Tables['once']> & { now: number }): Seen {
  return {
    ...pastOf(row),
    tool: row.tool,
    account: row.account,
    digest: row.input_digest,
    state: stateOf(row.state),
    holder: row.holder,
    aliveUntil: row.alive_until,
    expiresAt: row.expires_at,
    draft: row.draft,
    now,
  }
}

function pastOf({ id, owner, started_at }: Pick<Tables['once'], 'id' | 'owner' | 'started_at'>): Past {
  return { id, owner, startedAt: started_at }
}

function stateOf(state: string): Seen['state'] {
  if (state === 'done' || state === 'unverified') return state
  return 'running'
}
