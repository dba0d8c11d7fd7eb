import { join } from 'node:path'
import { placeOfCommand } from '../app/place.ts'
import { environment } from '../config.ts'
import { systemClock as clock } from '../kernel/clock.ts'
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
  const { DATA_DIR: folder, MASTER_KEY } = config
  const health = createHealth(clock, log)
  const masterKey =
    MASTER_KEY === undefined && folder !== undefined ? join(folder, 'master.key') : 'MASTER_KEY'
  return { engine: await openEngine({ ...(await placeOfCommand(config, must)), log }, health), masterKey }
}
