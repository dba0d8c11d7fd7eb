import type { OAuthRecord, OAuthStore, RegisteredClient } from '../auth/oauth/oauth-store.ts'
import type { Db, Store } from './store.ts'
import type { Tables } from './tables.ts'

/** So few that others get their turn in between; so many turns that they keep up with hundreds of greedy addresses. */
const FORGET_AT_ONCE = 5000
const FORGET_TURNS = 20

/** The records and clients of the authorization server, in `oauth_record` and `oauth_client`. */
export function createOAuthStore(store: Pick<Store, 'db' | 'durably' | 'engine'>): OAuthStore {
  async function removeAll(model: string, ids: readonly string[]): Promise<void> {
    const db = await store.db()
    await db.deleteFrom('oauth_record').where('model', '=', model).where('id', 'in', ids).execute()
  }

  return {
    async put(record, lasting) {
      if (lasting) await store.durably((db) => put(db, record))
      else await put(await store.db(), record)
    },
    async find(model, id) {
      const row = await (await store.db())
        .selectFrom('oauth_record')
        .selectAll()
        .where('model', '=', model)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toRecord(row)
    },
    async findByUid(model, uid) {
      const row = await (await store.db())
        .selectFrom('oauth_record')
        .selectAll()
        .where('uid', '=', uid)
        .where('model', '=', model)
        .executeTakeFirst()
      return row && toRecord(row)
    },
    async consume(model, id, now) {
      const { numUpdatedRows } = await store.durably((db) =>
        db
          .updateTable('oauth_record')
          .set({ consumed_at: now })
          .where('model', '=', model)
          .where('id', '=', id)
          .where('consumed_at', 'is', null)
          .executeTakeFirstOrThrow(),
      )
      return numUpdatedRows > 0n
    },
    async unused(model, grantId, now) {
      const rows = await (await store.db())
        .selectFrom('oauth_record')
        .selectAll()
        .where('grant_id', '=', grantId)
        .where('model', '=', model)
        .where('consumed_at', 'is', null)
        .where(({ eb, or }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
        .execute()
      return rows.map(toRecord)
    },
    async consumeAll(model, ids, now) {
      await store.durably((db) =>
        db
          .updateTable('oauth_record')
          .set({ consumed_at: now })
          .where('model', '=', model)
          .where('id', 'in', ids)
          .where('consumed_at', 'is', null)
          .execute(),
      )
    },
    remove: (model, id) => removeAll(model, [id]),
    removeAll,
    async removeGrant(grantId) {
      await store.durably((db) => db.deleteFrom('oauth_record').where('grant_id', '=', grantId).execute())
    },
    async addClient(client, most) {
      await store.durably(async (db) => {
        await makeRoom(db, most - 1)
        await db.insertInto('oauth_client').values(fromClient(client)).execute()
      })
    },
    async findClient(id) {
      const found = (await store.db()).selectFrom('oauth_client').selectAll().where('id', '=', id)
      const row = await found.executeTakeFirst()
      return row && toClient(row)
    },
    async keepClient(id) {
      await (await store.db())
        .updateTable('oauth_client')
        .set({ expires_at: null })
        .where('id', '=', id)
        .where('expires_at', 'is not', null)
        .execute()
    },
    async forget(now) {
      const db = await store.db()
      const { sql } = await import('kysely')
      // Two replicas that delete the same rows in different orders would wait for each other.
      const [row, free] =
        store.engine === 'postgres' ? [sql`ctid`, sql`for update skip locked`] : [sql`rowid`, sql``]
      for (const table of [sql.table('oauth_record'), sql.table('oauth_client')]) {
        const some = sql`delete from ${table} where ${row} in (
          select ${row} from ${table} where expires_at <= ${now} limit ${sql.lit(FORGET_AT_ONCE)} ${free}
        )`
        for (let turn = 0, isMore = true; isMore && turn < FORGET_TURNS; turn++) {
          const { numAffectedRows = 0n } = await some.execute(db)
          isMore = numAffectedRows >= BigInt(FORGET_AT_ONCE)
        }
      }
    },
  }
}

async function put(db: Db, record: Omit<OAuthRecord, 'consumedAt'>): Promise<void> {
  const { model, id, ...rest } = fromRecord(record)
  await db
    .insertInto('oauth_record')
    .values({ model, id, ...rest })
    .onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(rest))
    .execute()
}

/** Leaves the newest unused clients, so many at most. */
async function makeRoom(db: Db, most: number): Promise<void> {
  const surplus = await db
    .selectFrom('oauth_client')
    .select('id')
    .where('expires_at', 'is not', null)
    .orderBy('expires_at', 'desc')
    .offset(most)
    .limit(FORGET_AT_ONCE)
    .execute()
  if (surplus.length === 0) return
  await db
    .deleteFrom('oauth_client')
    .where('expires_at', 'is not', null)
    .where(
      'id',
      'in',
      surplus.map(({ id }) => id),
    )
    .execute()
}

function fromRecord({ model, id, payload, grantId, uid, expiresAt }: Omit<OAuthRecord, 'consumedAt'>) {
  return {
    model,
    id,
    payload,
    grant_id: grantId ?? null,
    uid: uid ?? null,
    expires_at: expiresAt ?? null,
  }
}

function toRecord(row: Tables['oauth_record']): OAuthRecord {
  const { grant_id, uid, consumed_at, expires_at, ...same } = row
  return {
    ...same,
    grantId: grant_id ?? undefined,
    uid: uid ?? undefined,
    consumedAt: consumed_at ?? undefined,
    expiresAt: expires_at ?? undefined,
  }
}

function fromClient({ id, metadata, createdAt, expiresAt }: RegisteredClient): Tables['oauth_client'] {
  return { id, metadata, created_at: createdAt, expires_at: expiresAt ?? null }
}

function toClient({ id, metadata, created_at, expires_at }: Tables['oauth_client']): RegisteredClient {
  return { id, metadata, createdAt: created_at, expiresAt: expires_at ?? undefined }
}
