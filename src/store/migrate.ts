import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Engine, Run } from './engine.ts'
import type { Migration } from './migrations/migration.ts'

/**
 * Brings the schema up to the newest migration: forward only, in order, each in one transaction that holds the
 * engine's lock, so that of two processes starting at once one does each step and the other finds it done.
 * @throws AppError `invalid_input` when the schema is newer than this program
 */
export async function migrate(
  engine: Engine,
  migrations: readonly Migration[],
  clock: Clock,
  log: Log,
): Promise<void> {
  const newest = migrations.length
  let version = await engine.transaction('snapshot', (run) => schemaVersion(engine, run))
  while (version < newest) {
    version = await engine.transaction('schema', async (run) => {
      // Another process may have made this step, or all of them, while this one waited for the lock.
      const before = await schemaVersion(engine, run)
      const next = migrations[before]
      if (next === undefined) return before
      await applyMigration(engine, run, next, clock)
      if (engine.name !== 'memory') log.info({ version: next.version, title: next.title }, 'schema migrated')
      return next.version
    })
  }
  if (version > newest) throw tooNew(version, newest)
}

/** One step, with the note that it was made; inside a transaction. */
export async function applyMigration(
  { words }: Engine,
  run: Run,
  { version, statements }: Migration,
  clock: Clock,
): Promise<void> {
  for (const statement of statements(words)) await run(statement)
  if (version === 1) await run(VERSIONS)
  await run('insert into schema_migration (version, applied_at) values ($1, $2)', [version, clock.now()])
}

/** The version that the database is at; 0 when it is new. */
export async function schemaVersion({ words }: Engine, run: Run): Promise<number> {
  if ((await run(words.versionTable)).length === 0) return 0
  const [row] = await run('select max(version) as version from schema_migration')
  return Number(row?.version ?? 0)
}

const VERSIONS = 'create table schema_migration (version integer primary key, applied_at bigint not null)'

export function tooNew(version: number, newest: number): AppError {
  return new AppError(
    'invalid_input',
    `The database was written by a newer Mostik: its schema is ${version}, and this program knows ${newest}.`,
    { hint: 'Start the newer program again, or restore a backup that this one has made.' },
  )
}
