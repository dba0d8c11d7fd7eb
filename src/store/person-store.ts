import type { KeptPerson, PeopleStore } from '../people/people-store.ts'
import { isConflict } from './conflict.ts'
import { createPasskeyStore } from './passkey-store.ts'
import { createFixedPasswordStore } from './person-fixed-password.ts'
import { fromPersonRow, toPersonRow } from './person-row.ts'
import type { Db, Store } from './store.ts'
import { createTicketStore } from './ticket-store.ts'
import { addSession, createWebSessionStore, isThere } from './web-session-store.ts'

/** People with what they sign in by. */
export function createPeopleStore(store: Pick<Store, 'db' | 'durably' | 'engine'>): PeopleStore {
  return {
    ...createPersonStore(store),
    ...createFixedPasswordStore(store),
    ...createWebSessionStore(store),
    ...createTicketStore(store),
    ...createPasskeyStore(store),
  }
}

type PersonStore = Pick<
  PeopleStore,
  'find' | 'byLogin' | 'list' | 'addOnce' | 'accept' | 'changePassword' | 'remove'
>

function createPersonStore(store: Pick<Store, 'db' | 'durably' | 'engine'>): PersonStore {
  async function one(column: 'id' | 'login_key', value: string): Promise<KeptPerson | undefined> {
    // PostgreSQL does not take it in a text, and nobody can have it.
    if (value.includes('\0')) return undefined
    const rows = (await store.db()).selectFrom('person').selectAll().where(column, '=', value)
    const row = await rows.executeTakeFirst()
    return row && fromPersonRow(row)
  }

  return {
    find: (id) => one('id', id),
    byLogin: (loginKey) => one('login_key', loginKey),
    async list(by) {
      let rows = (await store.db()).selectFrom('person').selectAll()
      if (by !== undefined) rows = rows.where((is) => is.or([is('id', '=', by), is('invited_by', '=', by)]))
      return (await rows.orderBy('created_at').orderBy('id').execute()).map(fromPersonRow)
    },
    async addOnce(person) {
      await store.durably((db) =>
        db
          .insertInto('person')
          .values(toPersonRow(person))
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      )
    },
    async accept({ ticket, person, session }) {
      try {
        return await store.durably(async (db) => {
          // In the order of a removal, which would wait for us while we wait for it.
          if (ticket.person !== undefined && !(await isThere(db, store.engine, ticket.person)))
            return 'key_used'
          const { numDeletedRows } = await db
            .deleteFrom('ticket')
            .where('id', '=', ticket.id)
            .where('kind', '=', ticket.kind)
            .executeTakeFirstOrThrow()
          if (numDeletedRows === 0n) return 'key_used'
          const { id: _, invited_by: __, created_at: ___, ...changes } = toPersonRow(person)
          await db
            .insertInto('person')
            .values(toPersonRow(person))
            .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
            .execute()
          await endAll(db, person.id)
          await addSession(db, store.engine, session)
          return 'done'
        })
      } catch (error) {
        if (isConflict(error)) return 'login_taken'
        throw error
      }
    },
    changePassword: ({ person, from, to, keptSession }) =>
      store.durably(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable('person')
          .set({ password: to })
          .where('id', '=', person)
          .where('password', '=', from)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) return false
        await db
          .deleteFrom('web_session')
          .where('person', '=', person)
          .where('id', '!=', keptSession)
          .execute()
        return true
      }),
    remove: (id) =>
      store.durably(async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('person')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return false
        await endAll(db, id)
        // What was linked while the caller took the accounts away; from here on nothing is.
        for (const table of ['linked_account', 'secret'] as const)
          await db.deleteFrom(table).where('owner', '=', id).execute()
        return true
      }),
  }
}

/** Whatever could let anybody in as this person, or in their name. */
async function endAll(db: Db, person: string): Promise<void> {
  for (const table of ['passkey', 'ticket', 'web_session'] as const)
    await db.deleteFrom(table).where('person', '=', person).execute()
}
