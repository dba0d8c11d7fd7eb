import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../kernel/errors.ts'
import { makeKeyFile, openKeyFile } from './key-file.ts'
import { givenMasterKeys, type MasterKeys, masterKeyOf } from './master-key.ts'

interface MasterKeySettings {
  readonly MASTER_KEY?: string | undefined
  readonly MASTER_KEY_PREVIOUS?: string | undefined
  readonly DATA_DIR?: string | undefined
}

/** What the keys are for. */
interface Sealed {
  readonly engine: 'memory' | 'sqlite' | 'postgres'
  /** The master keys that the data keys in the store need. */
  readonly masterKeyIds: readonly string[]
  /** Whether anybody but this machine may reach the server. */
  readonly isExposed: boolean
}

const SHORTEST = 32
/** A word or one key held down can be long as well; 32 random hex digits all but never have fewer than 10. */
const FEWEST_CHARACTERS = 8
const FILE = 'master.key'
const MAKE_ONE =
  'Set MASTER_KEY to the output of: openssl rand -hex 32 — and keep a copy apart from the database.'

/**
 * The master keys of this program: from the environment; else, for a server that only this machine reaches, from a
 * file beside the database, which is made when nothing is sealed yet; for a store in memory, one that dies with it.
 * @throws AppError `invalid_input` with the cure, when the key is missing, weak, or not the one that things are sealed with
 */
export function openMasterKeys(settings: MasterKeySettings, sealed: Sealed): MasterKeys {
  const keys = choose(settings, sealed)
  const missing = sealed.masterKeyIds.filter((id) => keys.find(id) === undefined)
  if (missing.length > 0) throw changed(settings, missing, keys.current().id)
  return keys
}

function choose(settings: MasterKeySettings, { engine, masterKeyIds, isExposed }: Sealed): MasterKeys {
  const { MASTER_KEY: given, MASTER_KEY_PREVIOUS: previous, DATA_DIR: folder } = settings
  if (given !== undefined) {
    refuseWeak(given)
    return givenMasterKeys(masterKeyOf(given), previous === undefined ? [] : [masterKeyOf(previous)])
  }
  if (previous !== undefined) {
    throw new AppError('invalid_input', 'MASTER_KEY_PREVIOUS is set without MASTER_KEY.', {
      hint: 'Set MASTER_KEY to the new key, or rename MASTER_KEY_PREVIOUS to MASTER_KEY if there is none.',
    })
  }
  if (engine === 'memory') return givenMasterKeys(masterKeyOf(randomBytes(32).toString('hex')))
  if (engine === 'postgres' || folder === undefined) {
    throw missing('DATABASE_URL needs MASTER_KEY, the same one for every server on that database.', MAKE_ONE)
  }
  const file = join(folder, FILE)
  if (isExposed) {
    throw missing(
      'MASTER_KEY is missing, and this server can be reached from outside.',
      existsSync(file) ? `Set MASTER_KEY to the first key in ${file}, then delete that file.` : MAKE_ONE,
    )
  }
  if (masterKeyIds.length === 0) makeKeyFile(file)
  else if (!existsSync(file)) {
    throw missing(
      `The database is sealed, and there is neither MASTER_KEY nor ${file}.`,
      'Set MASTER_KEY to the value it had, or put the file back from its copy.',
    )
  }
  return openKeyFile(file)
}

function refuseWeak(key: string): void {
  if (key.trim().length < SHORTEST) {
    throw missing(`MASTER_KEY is shorter than ${SHORTEST} characters.`, MAKE_ONE)
  }
  if (new Set(key.trim()).size < FEWEST_CHARACTERS) {
    throw missing(`MASTER_KEY is too easy to guess: it repeats a few characters.`, MAKE_ONE)
  }
}

function changed(settings: MasterKeySettings, needed: readonly string[], current: string): AppError {
  const { MASTER_KEY, DATA_DIR } = settings
  const file = DATA_DIR === undefined ? undefined : join(DATA_DIR, FILE)
  const whose = `The database is sealed with master key ${needed.join(' and ')}`
  if (MASTER_KEY === undefined) {
    return missing(
      `${whose}, which is not in ${file}.`,
      'Set MASTER_KEY to the value it had, or put the file back from its copy.',
    )
  }
  const isInFile = file !== undefined && existsSync(file) && needed.every((id) => openKeyFile(file).find(id))
  const earlier = isInFile ? `the first key in ${file}` : 'the earlier key'
  return missing(
    `${whose}, and MASTER_KEY is ${current}.`,
    `Set MASTER_KEY_PREVIOUS to ${earlier} and run: mostik keys rotate — or give MASTER_KEY its earlier value back.`,
  )
}

function missing(message: string, hint: string): AppError {
  return new AppError('invalid_input', message, { hint })
}
