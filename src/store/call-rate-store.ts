import type { CallRate } from '../kernel/rate.ts'
import { databaseClock } from './database-clock.ts'
import { forgetRows } from './forget-rows.ts'
import type { Store } from './store.ts'

const FORGET_EVERY_MS = 60_000

/** What the callers of all replicas have used: a row a name, one statement a call, the time of the database. */
export function createCallRateStore(store: Store): CallRate {
  let forgottenAt = performance.now()

  /** A limit that is whole again is one that nobody has used. */
  async function forget(): Promise<void> {
    if (performance.now() - forgottenAt < FORGET_EVERY_MS) return
    forgottenAt = performance.now()
    const { sql } = await import('kysely')
    await forgetRows(store, 'call_rate', sql<boolean>`full_at < ${databaseClock(sql, store.engine).us}`)
  }

  return {
    async take(name, { step, room }) {
      await forget()
      const db = await store.db()
      const { sql } = await import('kysely')
      const clock = databaseClock(sql, store.engine).us
      const number = (value: number) => sql<number>`cast(${value} as bigint)`
      // A time further ahead was written before the clock of the database was set back.
      const furthest = number(2 * (step + room))
      const { rows } = await sql`
        insert into call_rate (name, full_at) values (${name}, ${clock} + ${number(step)})
        on conflict (name) do update set full_at = ${number(step)} + case
          when call_rate.full_at > ${clock} and call_rate.full_at < ${clock} + ${furthest}
          then call_rate.full_at else ${clock} end
        where call_rate.full_at <= ${clock} + ${number(room)}
          or call_rate.full_at >= ${clock} + ${furthest}
        returning full_at`.execute(db)
      if (rows.length > 0) return 0
      const row = await db
        .selectFrom('call_rate')
        .select(sql<number>`full_at - ${clock}`.as('ahead'))
        .where('name', '=', name)
        .executeTakeFirst()
      return Math.max(1, ((row?.ahead ?? 0) - room) / 1000)
    },
  }
}
