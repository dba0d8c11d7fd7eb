import type { KeptPasskey, PeopleStore } from '../people/people-store.ts'
import { unlessConflict } from './secret-store.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'
import { addSession, isThere } from './web-session-store.ts'

type PasskeyStore = Pick<PeopleStore, 'passkeys' | 'passkey' | 'addPasskey' | 'usePasskey' | 'removePasskey'>

export function createPasskeyStore(store: Pick<Store, 'db' | 'durably' | 'engine'>): PasskeyStore {
  return {
    async passkeys(person) {
      const rows = (await store.db()).selectFrom('passkey').selectAll().where('person', '=', person)
      return (await rows.orderBy('created_at').orderBy('id').execute()).map(fromRow)
    },
    async passkey(id) {
      const rows = (await store.db()).selectFrom('passkey').selectAll().where('id', '=', id)
      const row = await rows.executeTakeFirst()
      return row && fromRow(row)
    },
    addPasskey: (passkey) =>
      unlessConflict(() =>
        store.durably(async (db) => {
          if (!(await isThere(db, store.engine, passkey.person))) return false
          await db.insertInto('passkey').values(toRow(passkey)).execute()
          return true
        }),
      ),
    usePasskey: ({ id, counter }, session) =>
      store.durably(async (db) => {
        // In the order of a removal, which would wait for us while we wait for it.
        if (!(await isThere(db, store.engine, session.person))) return false
        const { numUpdatedRows } = await db
          .updateTable('passkey')
          .set({ counter, used_at: session.createdAt })
          .where('id', '=', id)
          .where('person', '=', session.person)
          // An authenticator that does not count says 0 for ever (WebAuthn L3 §6.1.1).
          .where((is) => (counter === 0 ? is('counter', '=', 0) : is('counter', '<', counter)))
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await addSession(db, store.engine, session)
        return true
      }),
    async removePasskey(person, id) {
      if (id.includes('\0')) return false
      const { numDeletedRows } = await store.durably((db) =>
        db.deleteFrom('passkey').where('person', '=', person).where('id', '=', id).executeTakeFirstOrThrow(),
      )
      return numDeletedRows > 0n
    },
  }
}

function fromRow({ public_key, transports, created_at, used_at, ...same }: Tables['passkey']): KeptPasskey {
  return {
    ...same,
    publicKey: new Uint8Array(public_key),
    transports: JSON.parse(transports) as string[],
    createdAt: created_at,
    usedAt: used_at ?? undefined,
  }
}

function toRow({ publicKey, transports, createdAt, usedAt, ...same }: KeptPasskey): Tables['passkey'] {
  return {
    ...same,
    public_key: publicKey,
    transports: JSON.stringify(transports),
    created_at: createdAt,
    used_at: usedAt ?? null,
  }
}
