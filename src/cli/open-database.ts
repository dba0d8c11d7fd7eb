import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isWritableFolder } from '../app/data-folder.ts'
import { environment } from '../config.ts'
import { systemClock as clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Engine } from '../store/engine.ts'
import { createHealth } from '../store/health.ts'
import { openEngine } from '../store/open-engine.ts'
import { readSettings } from './settings.ts'

export interface OpenedDatabase {
  readonly engine: Engine
  /** What the master key is in, for a person. */
  readonly masterKey: string
}

/**
 * The server's database as it is, of whatever schema, without the master key.
 * @throws AppError `invalid_input` when there is no place for one, or `must` be there and is not
 */
export async function openDatabase(must: 'be there' | 'be made'): Promise<OpenedDatabase> {
  const { config, log } = readSettings({ ...environment, LOG_LEVEL: 'silent' })
  const { DATABASE_URL: databaseUrl, DATA_DIR: folder, MASTER_KEY } = config
  const health = createHealth(clock, log)
  const masterKey =
    MASTER_KEY === undefined && folder !== undefined ? join(folder, 'master.key') : 'MASTER_KEY'
  if (databaseUrl !== undefined) return { engine: await openEngine({ databaseUrl, log }, health), masterKey }
  if (folder === undefined) {
    throw new AppError('invalid_input', 'There is no database: nothing is kept.', {
      hint: 'Set DATA_DIR or DATABASE_URL as the server has them.',
    })
  }
  if (must === 'be there' && !existsSync(join(folder, 'mostik.db'))) {
    throw new AppError('invalid_input', `There is no database in DATA_DIR=${folder}.`, {
      hint: 'Set DATA_DIR or DATABASE_URL as the server has them.',
    })
  }
  if (!(await isWritableFolder(folder))) {
    throw new AppError('invalid_input', `DATA_DIR=${folder} cannot be written.`, {
      hint: 'Give the folder to the user of this command.',
    })
  }
  return { engine: await openEngine({ dataDir: folder, log }, health), masterKey }
}
