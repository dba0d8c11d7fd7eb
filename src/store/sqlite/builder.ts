import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Builder } from '../engine.ts'
import type { Tables } from '../tables.ts'
import type { SqliteConnection } from './connection.ts'

/** The query builder on the one connection; `harden` resolves when all that was committed before would survive a power loss. */
export function createBuilder(connection: SqliteConnection, harden: () => Promise<void>): Builder {
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter,
      createDriver: () => createDriver(connection),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  return {
    db,
    async durably(work) {
      const result = await db.transaction().execute(work)
      await harden()
      return result
    },
  }
}

/**
 * The connection itself is handed round, and given away while its holder waits for another process. Kysely has a lock of
 * its own for engines with one connection: with it, each writer would wait after the other, and readers after them all.
 */
function createAdapter(): SqliteAdapter {
  return Object.defineProperty(new SqliteAdapter(), 'supportsMultipleConnections', { value: true })
}

function createDriver(sqlite: SqliteConnection): Driver {
  const connection: DatabaseConnection = {
    async executeQuery({ sql, parameters }) {
      const { rows, changes } = await sqlite.run(sql, parameters)
      return { rows: rows as never[], numAffectedRows: BigInt(changes) }
    },
    streamQuery() {
      throw new Error('Rows are not streamed: read them in pages.')
    },
  }
  const run = (sql: string) => connection.executeQuery(CompiledQuery.raw(sql))
  return {
    async init() {},
    async acquireConnection() {
      await sqlite.take()
      return connection
    },
    async beginTransaction() {
      await run('begin immediate')
    },
    async commitTransaction() {
      await run('commit')
    },
    async rollbackTransaction() {
      sqlite.rollback()
    },
    async releaseConnection() {
      sqlite.give()
    },
    async destroy() {},
  }
}
