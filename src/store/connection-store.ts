import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { ConnectionStore } from '../auth/connection.ts'
import { type Clock, systemClock } from '../kernel/clock.ts'
import { CONNECTION, fromRow, known, toRow } from './connection-rows.ts'
import type { Db, Store } from './store.ts'
import type { Tables } from './tables.ts'

/** How long a connection that is over is shown to its person, and kept. */
const SHOWN_MS = 30 * 24 * 60 * 60_000
const MARK_EVERY_MS = 60_000

/** Connections in `connection`, and the end of their tokens in `oauth_record`. */
export function createConnectionStore(
  store: Pick<Store, 'db' | 'durably'>,
  clock: Clock = systemClock,
): ConnectionStore {
  return {
    async add(connection, tokenHash) {
      await store.durably(async (db) => {
        await forgetOld(db, connection.owner, clock.now() - SHOWN_MS)
        await db.insertInto('connection').values(toRow(connection, tokenHash)).execute()
      })
    },
    async find(id) {
      const found = (await store.db()).selectFrom('connection').select(CONNECTION).where('id', '=', id)
      const row = await found.executeTakeFirst()
      return row && fromRow(row)
    },
    async list(owner) {
      const rows = await (await store.db())
        .selectFrom('connection')
        .select(CONNECTION)
        .where('owner', '=', owner)
        .where((words) => words.not(wasOver(words, clock.now() - SHOWN_MS)))
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute()
      return rows.map(fromRow)
    },
    async byToken(tokenHash) {
      const row = await byToken(await store.db(), tokenHash).executeTakeFirst()
      return row && known(row)
    },
    end: (id, owner, reason, now) =>
      store.durably(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable('connection')
          .set({ ended_at: now, end_reason: reason })
          .where('id', '=', id)
          .where('owner', '=', owner)
          .where((words) => words.not(isOver(words, now)))
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await db.deleteFrom('oauth_record').where('grant_id', '=', id).execute()
        return true
      }),
    async endAll(owner, now) {
      await store.durably(async (db) => {
        const ids = db.selectFrom('connection').select('id').where('owner', '=', owner)
        await db
          .updateTable('connection')
          .set({ ended_at: now, end_reason: 'revoked' })
          .where('owner', '=', owner)
          .where((words) => words.not(isOver(words, now)))
          .execute()
        await db.deleteFrom('oauth_record').where('grant_id', 'in', ids).execute()
      })
    },
    async ended(ids, now) {
      if (ids.length === 0) return []
      const rows = await (await store.db())
        .selectFrom('connection')
        .select('id')
        .where('id', 'in', ids)
        .where((words) => words.not(isOver(words, now)))
        .where(isOfSomebody)
        .execute()
      const living = new Set(rows.map(({ id }) => id))
      return ids.filter((id) => !living.has(id))
    },
    async used(id, now) {
      await (await store.db())
        .updateTable('connection')
        .set({ used_at: now })
        .where('id', '=', id)
        // Another replica may have noted it a moment ago.
        .where(({ eb, or }) => or([eb('used_at', 'is', null), eb('used_at', '<=', now - MARK_EVERY_MS)]))
        .execute()
    },
  }
}

/** One statement, so that a token and its connection are of the same instant. */
function byToken(db: Db, tokenHash: string) {
  const personal = db
    .selectFrom('connection')
    .select(CONNECTION)
    .select(({ lit }) => [
      lit(null).$castTo<string | null>().as('payload'),
      lit(null).$castTo<number | null>().as('good_until'),
    ])
    .where('token_hash', '=', tokenHash)
    .where(isOfSomebody)
  const granted = db
    .selectFrom('connection')
    .innerJoin('oauth_record', 'oauth_record.grant_id', 'connection.id')
    .select(CONNECTION)
    .select(['oauth_record.payload as payload', 'oauth_record.expires_at as good_until'])
    .where('oauth_record.model', '=', 'AccessToken')
    .where('oauth_record.id', '=', tokenHash)
    .where(isOfSomebody)
  return personal.unionAll(granted)
}

async function forgetOld(db: Db, owner: string, before: number): Promise<void> {
  await db
    .deleteFrom('connection')
    .where('owner', '=', owner)
    .where((words) => wasOver(words, before))
    .execute()
}

/** The person has not been removed; the owner may do without a row. */
function isOfSomebody<Joined extends 'connection' | 'oauth_record'>(
  words: Words<Joined>,
): Expression<SqlBool> {
  const { eb, or, exists } = words as Words<'connection'>
  const person = eb.selectFrom('person').select('person.id').whereRef('person.id', '=', 'connection.owner')
  return or([eb('connection.owner', '=', 'owner'), exists(person)])
}

/** Never null, so that it can be negated. An end is an end, also when the clock that wrote it was ahead. */
function isOver({ eb, or, and }: Words, now: number): Expression<SqlBool> {
  return or([
    eb('ended_at', 'is not', null),
    and([eb('expires_at', 'is not', null), eb('expires_at', '<=', now)]),
  ])
}

/** Over at that time already. */
function wasOver({ eb, or, and }: Words, before: number): Expression<SqlBool> {
  return or([
    and([eb('ended_at', 'is not', null), eb('ended_at', '<=', before)]),
    and([eb('expires_at', 'is not', null), eb('expires_at', '<=', before)]),
  ])
}

type Words<Joined extends 'connection' | 'oauth_record' = 'connection'> = ExpressionBuilder<Tables, Joined>
