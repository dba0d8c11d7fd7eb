import type { AccountStore, Adding, LinkedAccount, Sealed } from '../accounts/account-store.ts'
import { OWNER } from '../kernel/caller.ts'
import { at, unlessConflict } from './secret-store.ts'
import type { Db, Store } from './store.ts'
import type { Tables } from './tables.ts'
import { isThere } from './web-session-store.ts'

/** Linked accounts in `linked_account`, and the end of their secrets in `secret`. */
export function createAccountStore(store: Pick<Store, 'db' | 'durably' | 'engine'>): AccountStore {
  let isUntouched = store.engine === 'memory'

  return {
    async list(owner) {
      // Nobody else writes into a memory, and loading the query builder takes a tenth of a second.
      if (isUntouched) return []
      const rows = (await store.db()).selectFrom('linked_account').select(ACCOUNT).where('owner', '=', owner)
      return (await rows.orderBy('linked_at').orderBy('id').execute()).map(fromRow)
    },
    add(account, adding) {
      isUntouched = false
      return unlessConflict(() =>
        store.durably(async (db) => {
          if (account.owner !== OWNER && !(await isThere(db, store.engine, account.owner))) return false
          if (adding.replaced !== undefined && !(await removeOne(db, adding.replaced))) return false
          await db.insertInto('linked_account').values(toRow(account, adding.nameKey)).execute()
          await sweep(db, account, adding)
          return true
        }),
      )
    },
    remove: (account) => store.durably((db) => removeOne(db, account)),
    async setDefault({ owner, connector }, id, now) {
      const { numUpdatedRows } = await store.durably((db) =>
        db
          .updateTable('linked_account')
          .set({ default_at: id === undefined ? null : now })
          .where((words) => words.and({ owner, connector, ...(id !== undefined && { id }) }))
          .executeTakeFirstOrThrow(),
      )
      return numUpdatedRows > 0n
    },
    async setRefused(id, since) {
      await (await store.db())
        .updateTable('linked_account')
        .set({ refused_at: since ?? null })
        .where('id', '=', id)
        .where('refused_at', since === undefined ? 'is not' : 'is', null)
        .execute()
    },
  }
}

const ACCOUNT = [
  'id',
  'owner',
  'connector',
  'name',
  'address',
  'default_at',
  'linked_at',
  'refused_at',
] as const

async function removeOne(db: Db, { id, secret }: Sealed): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('linked_account')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  if (numDeletedRows === 0n) return false
  await db.deleteFrom('secret').where(at(secret)).execute()
  return true
}

async function sweep(
  db: Db,
  { owner, connector }: LinkedAccount,
  { secret, abandonedBefore }: Adding,
): Promise<void> {
  await db
    .deleteFrom('secret')
    .where('owner', '=', owner)
    .where('kind', '=', secret.kind)
    .where('updated_at', '<', abandonedBefore)
    .where('name', 'not in', (words) =>
      words
        .selectFrom('linked_account')
        .select('id')
        .where('owner', '=', owner)
        .where('connector', '=', connector),
    )
    .execute()
}

function toRow({ defaultAt, linkedAt, refusedAt, ...same }: LinkedAccount, nameKey: string) {
  return {
    ...same,
    name_key: nameKey,
    default_at: defaultAt ?? null,
    linked_at: linkedAt,
    refused_at: refusedAt ?? null,
  }
}

function fromRow(row: Selected): LinkedAccount {
  const { default_at, linked_at, refused_at, ...same } = row
  return {
    ...same,
    defaultAt: default_at ?? undefined,
    linkedAt: linked_at,
    refusedAt: refused_at ?? undefined,
  }
}

type Selected = Pick<Tables['linked_account'], (typeof ACCOUNT)[number]>
