import type { Sql } from 'kysely'
import type { Store } from './store.ts'

/** The time of the database itself, read when a statement has got its locks: the same for every process. */
export function databaseClock(sql: Sql, engine: Store['engine']) {
  return engine === 'postgres'
    ? {
        ms: sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as double precision)`,
        us: sql<number>`cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)`,
      }
    : {
        ms: sql<number>`(unixepoch('subsec') * 1000)`,
        us: sql<number>`(cast(round(unixepoch('subsec') * 1000) as integer) * 1000)`,
      }
}
