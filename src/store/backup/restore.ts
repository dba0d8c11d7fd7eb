import { type Clock, systemClock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import type { Engine, Run } from '../engine.ts'
import { applyMigration, schemaVersion, tooNew } from '../migrate.ts'
import { migrations } from '../migrations/all.ts'
import { KEPT, PASSING } from './format.ts'
import { type Loaded, loadBackup } from './load.ts'

/**
 * Brings a backup in and its schema up to date, all in one transaction: whatever goes wrong, the store is as it was.
 * @throws AppError `invalid_input` when the store holds something and `replace` was not said, or the file is not whole
 */
export function restore(
  engine: Engine,
  path: string,
  { replace }: { readonly replace: boolean },
  clock: Clock = systemClock,
): Promise<Loaded> {
  return engine.transaction('schema', async (run) => {
    const version = await schemaVersion(engine, run)
    if (version > migrations.length) throw tooNew(version, migrations.length)
    if (version > 0) {
      if (!replace && (await holdsSomething(engine, run))) throw notEmpty()
      for (const table of [...PASSING, ...KEPT.map(({ name }) => name).toReversed(), 'schema_migration']) {
        await run(`drop table if exists ${table}`)
      }
    }
    const loaded = await loadBackup(engine, run, path, clock)
    for (const migration of migrations.slice(loaded.schema))
      await applyMigration(engine, run, migration, clock)
    return loaded
  })
}

/** `meta` alone is what every store notes about itself. */
async function holdsSomething({ words }: Engine, run: Run): Promise<boolean> {
  for (const { name } of KEPT) {
    if (name === 'meta' || (await run(words.columns(name))).length === 0) continue
    if ((await run(`select 1 from ${name} limit 1`)).length > 0) return true
  }
  return false
}

function notEmpty(): AppError {
  return new AppError('invalid_input', 'The store is not empty: what is in it would be lost.', {
    hint: 'Restore into an empty one, or say --replace.',
  })
}
