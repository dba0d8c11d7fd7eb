import type { ExpressionBuilder } from 'kysely'
import type { Clock } from '../kernel/clock.ts'
import { lazy } from '../kernel/lazy.ts'
import type { Place } from '../vault/sealed-secret.ts'
import type { SecretStore, StoredSecret } from '../vault/secret-store.ts'
import { isConflict } from './conflict.ts'
import type { Db, Store } from './store.ts'
import type { Tables } from './tables.ts'

/** Sealed secrets in `secret`, wrapped data keys in `data_key`. */
export function createSecretStore(store: Pick<Store, 'db' | 'durably'>, clock: Clock): SecretStore {
  const secretAt = lazy(async () => compileSecretAt(await store.db()))

  return {
    async read(place) {
      const query = await secretAt()
      const row = await query(place)
      if (row === undefined) return undefined
      const { sealed, version, master_key_id: masterKeyId, wrapped } = row
      return { sealed, key: { owner: place.owner, version, masterKeyId, wrapped } }
    },
    write: (place, secret) =>
      unlessConflict(() => store.durably((db) => insert(db, place, secret, clock.now()))),
    async remove({ owner, kind, name }) {
      await store.durably((db) => db.deleteFrom('secret').where(at({ owner, kind, name })).execute())
    },
    async newestKey(owner) {
      const keys = (await store.db()).selectFrom('data_key').select(KEY).where('owner', '=', owner)
      return keys.orderBy('version', 'desc').limit(1).executeTakeFirst()
    },
    addKey: (wrap) =>
      store.durably(async (db) => {
        const { owner, version, masterKeyId: master_key_id, wrapped } = wrap()
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('data_key')
          .values({ owner, version, master_key_id, wrapped, created_at: clock.now() })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow()
        return numInsertedOrUpdatedRows === 1n
      }),
  }
}

export const KEY = ['owner', 'version', 'master_key_id as masterKeyId', 'wrapped'] as const

/** One statement, so that the secret and its key are of the same instant; compiled once, as every call may need it. */
function compileSecretAt(db: Db) {
  const compiled = db
    .selectFrom('secret')
    .innerJoin('data_key', (join) =>
      join.onRef('data_key.owner', '=', 'secret.owner').onRef('data_key.version', '=', 'secret.key_version'),
    )
    .select(['sealed', 'version', 'master_key_id', 'wrapped'])
    .where('secret.owner', '=', 'owner')
    .where('kind', '=', 'kind')
    .where('name', '=', 'name')
    .compile()
  return async ({ owner, kind, name }: Place) => {
    const query: typeof compiled = { ...compiled, parameters: [owner, kind, name] }
    return (await db.executeQuery(query)).rows[0]
  }
}

/** Selects from the data key itself, so that nothing is inserted when it is not there in this form, or not the newest. */
async function insert(db: Db, place: Place, { key, sealed }: StoredSecret, now: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('secret')
    .columns(['owner', 'kind', 'name', 'key_version', 'sealed', 'updated_at'])
    .expression((words) =>
      words
        .selectFrom('data_key')
        .select([
          'data_key.owner',
          words.cast<string>(words.val(place.kind), 'text').as('kind'),
          words.cast<string>(words.val(place.name), 'text').as('name'),
          'data_key.version',
          words.val(sealed).as('sealed'),
          words.cast<number>(words.val(now), 'bigint').as('updated_at'),
        ])
        .where('data_key.owner', '=', place.owner)
        .where('data_key.version', '=', key.version)
        .where('data_key.wrapped', '=', key.wrapped)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('data_key as newer')
                .select('newer.version')
                .where('newer.owner', '=', place.owner)
                .where('newer.version', '>', key.version),
            ),
          ),
        ),
    )
    .onConflict((conflict) =>
      conflict.columns(['owner', 'kind', 'name']).doUpdateSet((words) => ({
        key_version: words.ref('excluded.key_version'),
        sealed: words.ref('excluded.sealed'),
        updated_at: words.ref('excluded.updated_at'),
      })),
    )
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

export function at({ owner, kind, name }: Place) {
  return (words: ExpressionBuilder<Tables, 'secret'>) => words.and({ owner, kind, name })
}

/** The data key that was to be used went away between the look and the write, or somebody needs the one that was to go. */
export async function unlessConflict(write: () => Promise<boolean>): Promise<boolean> {
  try {
    return await write()
  } catch (error) {
    if (isConflict(error)) return false
    throw error
  }
}
