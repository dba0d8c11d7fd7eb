import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { Engine } from '../engine.ts'
import type { Fault } from '../faults.ts'
import type { HealthKeeper } from '../health.ts'
import { createPool, type PostgresPool } from './pool.ts'
import { refusal } from './refusals.ts'

/** Any number that other users of the same database are unlikely to take. */
const SCHEMA_LOCK = 7_305_129_346
const SCHEMA_PATIENCE_MS = 600_000
const START_PAUSE_MS = 500
/** Whoever asks for the state has no time to wait for it. */
const ASK_PATIENCE_MS = 3_000

export async function openPostgres(
  databaseUrl: string,
  startPatienceMs: number,
  health: HealthKeeper,
  log: Log,
): Promise<Engine> {
  const pool = createPool(databaseUrl, health)
  await firstConnection(pool, startPatienceMs, log)
  return {
    name: 'postgres',
    words: {
      binary: 'bytea',
      // Read as rows, not by `to_regclass`: that may not see yet what was committed while this one waited for the lock.
      versionTable:
        "select 1 from pg_tables where schemaname = current_schema() and tablename = 'schema_migration'",
      columns: (table) =>
        `select column_name as name, data_type as type from information_schema.columns
        where table_schema = current_schema() and table_name = '${table}' order by ordinal_position`,
    },
    async transaction(purpose, work) {
      const client = await pool.connect()
      const patience = purpose === 'schema' ? SCHEMA_PATIENCE_MS : undefined
      try {
        await client.query(purpose === 'snapshot' ? SNAPSHOT : 'begin')
        if (purpose === 'schema') {
          await client.query(SCHEMA_LIMITS)
          await client.query(`select pg_advisory_xact_lock(${SCHEMA_LOCK})`, [], patience)
        }
        const result = await work(async (sql, parameters) => {
          const { rows } = await client.query(sql, parameters, patience)
          return rows
        })
        await client.query('commit', [], patience)
        return result
      } catch (error) {
        // Fails when the connection is lost, and then there is nothing to take back.
        await client.query('rollback').catch(() => undefined)
        throw isForbidden(error) ? mayNotCreate(error) : error
      } finally {
        client.release()
      }
    },
    async ask() {
      const client = await pool.connect()
      try {
        await client.query('select 1', [], ASK_PATIENCE_MS)
      } finally {
        client.release()
      }
    },
    async builder() {
      const { createBuilder } = await import('./builder.ts')
      return createBuilder(pool)
    },
    close: pool.end,
  }
}

/** A long copy may pause between two statements. */
const SNAPSHOT = `begin isolation level repeatable read, read only;
  set local idle_in_transaction_session_timeout = 0`
const SCHEMA_LIMITS = `set local statement_timeout = 0; set local lock_timeout = '60s';
  set local idle_in_transaction_session_timeout = 0`

async function firstConnection(pool: PostgresPool, patienceMs: number, log: Log): Promise<void> {
  const until = performance.now() + patienceMs
  for (;;) {
    try {
      const client = await pool.connect()
      client.release()
      return
    } catch (error) {
      if (!(error instanceof AppError)) throw unreadable()
      const fault = error.cause as Fault
      const refused = refusal(fault)
      if (refused !== undefined) throw refused
      if (performance.now() >= until) throw error
      log.info({ code: fault.code }, 'waiting for the database')
    }
    await pause(START_PAUSE_MS)
  }
}

/** Since PostgreSQL 15 only the owner of a database may create tables in it unless others are allowed to. */
function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42501'
}

function mayNotCreate(cause: unknown): AppError {
  return new AppError('invalid_input', 'The user of DATABASE_URL may not create tables in that database.', {
    hint: 'Make it the owner of the database, or run there as its owner: GRANT ALL ON SCHEMA public TO the_user;',
    cause,
  })
}

/** Without a cause: it would hold the address, and the password in it. */
function unreadable(): AppError {
  return new AppError('invalid_input', 'DATABASE_URL cannot be used.', {
    hint: 'Write it as postgres://user:password@host:5432/name; characters such as @ or / in the password as %40 or %2F.',
  })
}
