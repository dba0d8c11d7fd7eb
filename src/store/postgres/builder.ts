import { Kysely, type PostgresPool as KyselyPool, PostgresDialect } from 'kysely'
import type { Builder } from '../engine.ts'
import type { Tables } from '../tables.ts'
import type { PostgresPool } from './pool.ts'

export function createBuilder(pool: PostgresPool): Builder {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pool as unknown as KyselyPool }) })
  // A commit of PostgreSQL is on disk unless the server itself was told otherwise.
  return { db, durably: (work) => db.transaction().execute(work) }
}
