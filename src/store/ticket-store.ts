import type { KeptTicket, PeopleStore } from '../people/people-store.ts'
import { createForgetting } from './forget-sessions.ts'
import type { Db, Store } from './store.ts'
import type { Tables } from './tables.ts'
import { isThere } from './web-session-store.ts'

type TicketStore = Pick<PeopleStore, 'addTicket' | 'ticket' | 'useTicket' | 'tickets'>

export function createTicketStore(store: Pick<Store, 'db' | 'durably' | 'engine'>): TicketStore {
  const forgetOld = createForgetting(store, 'ticket')

  return {
    async addTicket(ticket, { alone = false, most }) {
      const { kind, person, createdAt } = ticket
      await forgetOld(createdAt)
      return store.durably(async (db) => {
        if (person !== undefined && !(await isThere(db, store.engine, person))) return 'person_gone'
        if (most !== undefined && (await openOnes(db, kind, person, createdAt)).length >= most)
          return 'too_many'
        if (alone) await db.deleteFrom('ticket').where('kind', '=', kind).execute()
        await db.insertInto('ticket').values(toRow(ticket)).execute()
        return 'done'
      })
    },
    async tickets(kind, person, now) {
      return (await openOnes(await store.db(), kind, person, now)).map(fromRow)
    },
    async ticket({ id, kind }, now) {
      const row = await (await store.db())
        .selectFrom('ticket')
        .selectAll()
        .where('id', '=', id)
        .where('kind', '=', kind)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return row && fromRow(row)
    },
    async useTicket({ id, kind }, now) {
      const row = await store.durably((db) =>
        db
          .deleteFrom('ticket')
          .where('id', '=', id)
          .where('kind', '=', kind)
          .returningAll()
          .executeTakeFirst(),
      )
      return row && row.expires_at > now ? fromRow(row) : undefined
    },
  }
}

function openOnes(
  db: Db,
  kind: string,
  person: string | undefined,
  now: number,
): Promise<Tables['ticket'][]> {
  let rows = db.selectFrom('ticket').selectAll().where('kind', '=', kind).where('expires_at', '>', now)
  if (person !== undefined) rows = rows.where('person', '=', person)
  return rows.orderBy('created_at').orderBy('id').execute()
}

function fromRow({ person, created_at, expires_at, ...same }: Tables['ticket']): KeptTicket {
  return { ...same, person: person ?? undefined, createdAt: created_at, expiresAt: expires_at }
}

function toRow({ person, createdAt, expiresAt, ...same }: KeptTicket): Tables['ticket'] {
  return { ...same, person: person ?? null, created_at: createdAt, expires_at: expiresAt }
}
