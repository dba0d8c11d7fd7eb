import type { RawBuilder, Sql } from 'kysely'
import type { Clock } from '../kernel/clock.ts'
import type { Store } from './store.ts'

/** The time of the database itself, read when a statement has got its locks: the same for every process. */
export function databaseClock(sql: Sql, engine: Store['engine']) {
  const clock =
    engine === 'postgres'
      ? {
          ms: sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as double precision)`,
          us: sql<number>`cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)`,
        }
      : {
          ms: sql<number>`(unixepoch('subsec') * 1000)`,
          us: sql<number>`(cast(round(unixepoch('subsec') * 1000) as integer) * 1000)`,
        }
  return { ...clock, ...inWholeMs(sql, sql<number>`${clock.us} / 1000`) }
}

/** The time of this process, for a database that no other machine uses. */
export function ownClock(sql: Sql, clock: Clock) {
  return inWholeMs(sql, sql<number>`cast(${clock.now()} as integer)`)
}

function inWholeMs(sql: Sql, now: RawBuilder<number>) {
  return { now, after: (ms: number) => sql<number>`${now} + cast(${ms} as bigint)` }
}
