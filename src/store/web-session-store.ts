import type { KeptSession, PeopleStore } from '../people/people-store.ts'
import { createForgetting } from './forget-sessions.ts'
import { readFixedPassword } from './person-fixed-password.ts'
import { fromPersonRow } from './person-row.ts'
import type { Db, Store } from './store.ts'
import type { Tables } from './tables.ts'

type WebSessionStore = Pick<PeopleStore, 'startSession' | 'session' | 'endSession' | 'endSessions'>

export function createWebSessionStore(store: Pick<Store, 'db' | 'durably' | 'engine'>): WebSessionStore {
  const forgetOld = createForgetting(store, 'web_session')

  return {
    async startSession(session, { password, fixedPassword }) {
      await forgetOld(session.createdAt)
      return store.durably(async (db) => {
        if (!(await isThere(db, store.engine, session.person, password))) return false
        const isFixed =
          fixedPassword === undefined || fixedPassword === ((await readFixedPassword(db)) ?? null)
        if (!isFixed) return false
        await addSession(db, store.engine, session)
        return true
      })
    },
    async session(id, now) {
      const row = await (await store.db())
        .selectFrom('web_session')
        .innerJoin('person', 'person.id', 'web_session.person')
        .selectAll('person')
        .select('expires_at')
        .where('web_session.id', '=', id)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      if (row === undefined) return undefined
      const { expires_at: expiresAt, ...person } = row
      return { person: fromPersonRow(person), expiresAt }
    },
    async endSession(id) {
      await store.durably((db) => db.deleteFrom('web_session').where('id', '=', id).execute())
    },
    async endSessions(person, but) {
      await store.durably((db) =>
        db.deleteFrom('web_session').where('person', '=', person).where('id', '!=', but).execute(),
      )
    },
  }
}

/** Whether the person is there, with this password hash or any; and stays so until the transaction ends. */
export async function isThere(
  db: Db,
  engine: Store['engine'],
  id: string,
  password?: string,
): Promise<boolean> {
  let person = db.selectFrom('person').select('id').where('id', '=', id)
  if (password !== undefined) person = person.where('password', '=', password)
  // SQLite lets one transaction write at a time.
  if (engine === 'postgres') person = person.forShare()
  return (await person.executeTakeFirst()) !== undefined
}

/** Only the newest sessions of a person last: a program that signs in again and again must not fill the table. */
export async function addSession(db: Db, engine: Store['engine'], session: KeptSession): Promise<void> {
  await db.insertInto('web_session').values(toSessionRow(session)).execute()
  const old = db
    .selectFrom('web_session')
    .select('id')
    .where('person', '=', session.person)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(MOST_AT_ONCE)
    .offset(MOST_SESSIONS)
  // Two who lock many rows in different orders would wait for each other.
  const free = engine === 'postgres' ? old.forUpdate().skipLocked() : old
  await db.deleteFrom('web_session').where('id', 'in', free).execute()
}

const MOST_SESSIONS = 50
/** SQLite takes no offset without a limit. */
const MOST_AT_ONCE = 1000

function toSessionRow({ createdAt, expiresAt, ...same }: KeptSession): Tables['web_session'] {
  return { ...same, created_at: createdAt, expires_at: expiresAt }
}
