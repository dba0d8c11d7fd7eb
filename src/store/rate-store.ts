import type { Ask, Slot, Slots } from '../limits/slots.ts'
import { databaseClock } from './database-clock.ts'
import { forgetRows } from './forget-rows.ts'
import type { Store } from './store.ts'

/** A hold is never longer; a time further ahead was written before the clock of the database was set back. */
const LONGEST_HOLD_MS = 3_600_000
/** Slots are given out ahead only to those who wait for them, one to each replica. */
const FURTHEST_MS = 60_000
const FURTHEST_SLOTS = 100
/** The row of an upstream that nobody has called for so long is not kept. */
const KEPT_MS = 7 * 24 * 3_600_000

/**
 * The slots of all replicas: a row a name, one statement a slot, the time of the database. Who asks first gets the
 * earlier slot. A background call gets one only when no interactive call has taken the present one.
 */
export function createRateStore(store: Store): Slots {
  async function ask(wish: Ask): Promise<Slot | undefined> {
    const { name, spacingMs, idleMs } = wish
    const isBackground = wish.priority === 'background'
    const db = await store.db()
    const { sql } = await import('kysely')
    const number = (value: number) => sql`cast(${value} as double precision)`
    const clock = databaseClock(sql, store.engine).ms
    const spacing = number(spacingMs)
    const furthest = number(FURTHEST_MS + FURTHEST_SLOTS * spacingMs)
    /** Since the asker's own last call; who has never called may go at once. */
    const rested = number(Math.max(spacingMs - idleMs, 0))
    const isHeld = sql`held_until > moment and held_until <= moment + ${number(LONGEST_HOLD_MS)}`
    const isTaken = isBackground
      ? sql`interactive_until > moment and interactive_until < moment + ${furthest}`
      : sql`1 = 0`
    const earliest = sql`moment + ${rested}`
    const { rows } = await sql<Given>`
      update rate set (slot_at, next_at, interactive_until) = (
        select slot,
          coalesce(slot + ${spacing}, next_at),
          ${isBackground ? sql`interactive_until` : sql`coalesce(slot + ${spacing}, interactive_until)`}
        from (
          select case
            when (${isHeld}) or (${isTaken}) then null
            when next_at > ${earliest} and next_at < moment + ${furthest} then next_at
            else ${earliest}
          end as slot
          from (select ${clock} as moment) as present
        ) as given
      )
      where name = ${name}
      returning slot_at, held_until, interactive_until, ${clock} as moment`.execute(db)
    return rows[0] && answerOf(rows[0], isBackground)
  }

  /** What nobody uses any more makes room for what is new. */
  async function makeRow(name: string): Promise<void> {
    const db = await store.db()
    const { sql } = await import('kysely')
    const { ms } = databaseClock(sql, store.engine)
    await forgetRows(store, 'rate', sql<boolean>`next_at < ${ms} - ${KEPT_MS} and held_until < ${ms}`)
    await db
      .insertInto('rate')
      .values({ name, next_at: ms })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }

  return {
    async reserve(wish) {
      const known = await ask(wish)
      if (known !== undefined) return known
      await makeRow(wish.name)
      const made = await ask(wish)
      if (made === undefined) throw new Error('the row of a rate does not stay')
      return made
    },
    async hold(name, ms) {
      const db = await store.db()
      const { sql } = await import('kysely')
      const clock = databaseClock(sql, store.engine).ms
      const until = sql<number>`${clock} + cast(${Math.min(ms, LONGEST_HOLD_MS)} as double precision)`
      await db
        .insertInto('rate')
        .values({ name, next_at: clock, held_until: until })
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet((row) => ({
            held_until: sql<number>`case
              when ${row.ref('rate.held_until')} > ${row.ref('excluded.held_until')} then ${row.ref('rate.held_until')}
              else ${row.ref('excluded.held_until')} end`,
          })),
        )
        .execute()
    },
  }
}

interface Given {
  readonly slot_at: number | null
  readonly held_until: number
  readonly interactive_until: number
  readonly moment: number
}

function answerOf({ slot_at, held_until, interactive_until, moment }: Given, isBackground: boolean): Slot {
  if (slot_at !== null) return { granted: true, waitMs: Math.max(0, slot_at - moment) }
  const until = isBackground ? Math.max(held_until, interactive_until) : held_until
  // The clock has gone on since the statement looked at it.
  return { granted: false, waitMs: Math.max(1, until - moment) }
}
