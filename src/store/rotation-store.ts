import type { Clock } from '../kernel/clock.ts'
import type { RotationStore } from '../vault/secret-store.ts'
import { at, createSecretStore, KEY, unlessConflict } from './secret-store.ts'
import type { Store } from './store.ts'

/** One page of places or data keys; they are short. */
const PAGE = 200

/** The store of secrets with what a rotation of keys needs beside. */
export function createRotationStore(store: Pick<Store, 'db' | 'durably'>, clock: Clock): RotationStore {
  return {
    ...createSecretStore(store, clock),
    withMasterKeyIds: (work) =>
      store.durably(async (db) => {
        const rows = await db.selectFrom('data_key').select('master_key_id').distinct().execute()
        work(rows.map(({ master_key_id: id }) => id))
      }),
    async keysAfter(after) {
      const keys = (await store.db()).selectFrom('data_key').select(KEY)
      const rest =
        after &&
        keys.where((words) =>
          words(words.refTuple('owner', 'version'), '>', words.tuple(after.owner, after.version)),
        )
      return (rest ?? keys).orderBy('owner').orderBy('version').limit(PAGE).execute()
    },
    async rewrap(from, to) {
      const { numUpdatedRows } = await (await store.db())
        .updateTable('data_key')
        .set({ master_key_id: to.masterKeyId, wrapped: to.wrapped })
        .where('owner', '=', from.owner)
        .where('version', '=', from.version)
        .where('wrapped', '=', from.wrapped)
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    },
    async sealedBefore(owner, version, after) {
      const places = (await store.db())
        .selectFrom('secret')
        .select(['owner', 'kind', 'name'])
        .where('owner', '=', owner)
        .where('key_version', '<', version)
      const rest =
        after &&
        places.where((words) =>
          words(words.refTuple('kind', 'name'), '>', words.tuple(after.kind, after.name)),
        )
      return (rest ?? places).orderBy('kind').orderBy('name').limit(PAGE).execute()
    },
    replace: (place, from, to) =>
      unlessConflict(async () => {
        const { numUpdatedRows } = await (await store.db())
          .updateTable('secret')
          .set({ sealed: to.sealed, key_version: to.key.version, updated_at: clock.now() })
          .where(at(place))
          .where('key_version', '=', from.key.version)
          .where('sealed', '=', from.sealed)
          .executeTakeFirstOrThrow()
        return numUpdatedRows === 1n
      }),
    async dropKeys(owner, version) {
      const db = await store.db()
      await unlessConflict(async () => {
        await db
          .deleteFrom('data_key')
          .where('owner', '=', owner)
          .where('version', '<', version)
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('secret')
                  .select('name')
                  .whereRef('secret.owner', '=', 'data_key.owner')
                  .whereRef('secret.key_version', '=', 'data_key.version'),
              ),
            ),
          )
          .execute()
        return true
      })
    },
    async settled() {
      const value = String(clock.now())
      await store.durably((db) =>
        db
          .insertInto('meta')
          .values({ key: 'keys_rotated_at', value })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
          .execute(),
      )
    },
  }
}
