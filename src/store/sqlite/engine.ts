import { access, constants, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Engine } from '../engine.ts'
import { unavailable } from '../faults.ts'
import type { HealthKeeper } from '../health.ts'
import { createCheckpointer } from './checkpoint.ts'
import { createConnection, type SqliteConnection } from './connection.ts'
import { fileFault, sqliteFault } from './faults.ts'
import { createHardener, type Hardener } from './harden.ts'

const SCHEMA_PATIENCE_MS = 60_000

/** `mostik.db` in the folder, which must be there. */
export async function openSqliteFile(dataDir: string, health: HealthKeeper, log: Log): Promise<Engine> {
  const path = join(dataDir, 'mostik.db')
  const hardener = createHardener(path, await makeFile(path, log), health)
  const checkpointer = createCheckpointer(path, log)
  const connection = createConnection(openDatabase(path), health, checkpointer.note)
  await connection.take()
  try {
    const { rows } = await connection.run('pragma journal_mode = wal')
    if (rows[0]?.journal_mode !== 'wal') throw wrongDisk()
    await connection.run('pragma wal_autocheckpoint = 0')
    await connection.run('pragma synchronous = normal')
    connection.give()
  } catch (error) {
    connection.give()
    await connection.close()
    throw error
  }
  return {
    name: 'sqlite',
    ...enginePart(connection, hardener),
    async close() {
      await checkpointer.close()
      await hardener.close()
      // As the last one it also empties the log into the database file.
      await connection.close()
    },
  }
}

const MEMORY = { async ask() {}, async harden() {} }

/** Gone with the process. A scratch one may grow: what does not fit goes to a file that nobody else can open. */
export function openSqliteMemory(health: HealthKeeper, kind: 'kept' | 'scratch' = 'kept'): Engine {
  const connection = createConnection(openDatabase(kind === 'kept' ? ':memory:' : ''), health, () => {})
  return { name: 'memory', ...enginePart(connection, MEMORY), close: connection.close }
}

function enginePart(
  connection: SqliteConnection,
  { ask, harden }: Pick<Hardener, 'ask' | 'harden'>,
): Pick<Engine, 'words' | 'transaction' | 'ask' | 'builder'> {
  return {
    words: {
      binary: 'blob',
      versionTable: "select 1 from sqlite_schema where type = 'table' and name = 'schema_migration'",
      columns: (table) => `select name, lower(type) as type from pragma_table_info('${table}') order by cid`,
    },
    async transaction(purpose, work) {
      const patience = purpose === 'schema' ? SCHEMA_PATIENCE_MS : undefined
      await connection.take()
      try {
        await connection.run(purpose === 'snapshot' ? 'begin' : 'begin immediate', [], patience)
        const result = await work(async (sql, parameters) => {
          const { rows } = await connection.run(sql.replaceAll(/\$\d+/g, '?'), parameters)
          return rows
        })
        await connection.run('commit')
        if (purpose === 'schema') await harden()
        return result
      } catch (error) {
        connection.rollback()
        throw error
      } finally {
        connection.give()
      }
    },
    ask,
    async builder() {
      const { createBuilder } = await import('./builder.ts')
      return createBuilder(connection, harden)
    },
  }
}

/**
 * The file's inode. It is made for the owner's eyes only, and the engine gives its other files the same mode. One that
 * is there is not opened: to close it would release the locks of another connection of this process.
 */
async function makeFile(path: string, log: Log): Promise<number> {
  try {
    await (await open(path, 'ax', 0o600)).close()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw faulty(error)
    await access(path, constants.R_OK | constants.W_OK).catch((denied) => {
      throw faulty(denied)
    })
  }
  const { ino, mode } = await stat(path)
  // Windows has no such bits. What is in the file is sealed in part only: names, and the journal, are not.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const cure = `chmod 600 "${path}"*`
    log.warn({ path, mode: (mode & 0o777).toString(8), cure }, 'database can be read by other users')
  }
  return ino
}

function faulty(error: unknown): AppError {
  return unavailable(fileFault(error), error)
}

function openDatabase(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path)
  } catch (error) {
    const fault = sqliteFault(error)
    throw fault === undefined ? error : unavailable(fault, error)
  }
}

function wrongDisk(): AppError {
  return new AppError('invalid_input', 'DATA_DIR is on a disk that cannot hold the database.', {
    hint: 'Name a folder on a local disk, not on a network share, or use PostgreSQL: DATABASE_URL.',
  })
}
