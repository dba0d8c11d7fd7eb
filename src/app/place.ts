import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { isWritableFolder } from './data-folder.ts'

/** Where things are kept: a PostgreSQL, a folder, or neither, which is memory alone. */
export type Place = { readonly databaseUrl: string } | { readonly dataDir: string } | Record<never, never>

type Settings = Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>

/** For a server, which does without a folder that cannot be written, unless there is a database in it. */
export async function placeOfServer({ DATABASE_URL, DATA_DIR }: Settings, log: Log): Promise<Place> {
  if (DATABASE_URL !== undefined) return { databaseUrl: DATABASE_URL }
  if (DATA_DIR === undefined) return {}
  if (await isWritableFolder(DATA_DIR)) return { dataDir: DATA_DIR }
  log.warn({ DATA_DIR }, 'data folder cannot be written, nothing is kept')
  return {}
}

/**
 * For a command, which is of no use where nothing is kept. Most work on what is there, and a wrong folder must not look
 * like an empty database.
 * @throws AppError `invalid_input` saying what to set
 */
export async function placeOfCommand(
  { DATABASE_URL, DATA_DIR }: Settings,
  must: 'be there' | 'be made',
): Promise<Place> {
  if (DATABASE_URL !== undefined) return { databaseUrl: DATABASE_URL }
  if (DATA_DIR === undefined) throw refusal('There is no database: nothing is kept.', AS_SERVER)
  if (must === 'be there' && !existsSync(join(DATA_DIR, 'mostik.db'))) {
    throw refusal(`There is no database in DATA_DIR=${DATA_DIR}.`, AS_SERVER)
  }
  if (await isWritableFolder(DATA_DIR)) return { dataDir: DATA_DIR }
  throw refusal(`DATA_DIR=${DATA_DIR} cannot be written.`, 'Give the folder to the user of this command.')
}

const AS_SERVER = 'Set DATA_DIR or DATABASE_URL as the server has them.'

function refusal(message: string, hint: string): AppError {
  return new AppError('invalid_input', message, { hint })
}
