import type { Config } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { createSecretStore } from '../store/secret-store.ts'
import { openStore, type Store } from '../store/store.ts'
import type { MasterKeys } from '../vault/master-key.ts'
import { openMasterKeys } from '../vault/open-master-keys.ts'
import { createVault, type Vault } from '../vault/vault.ts'
import { isWritableFolder } from './data-folder.ts'

/** What outlives the process, and the keys to what is secret in it. */
export interface Kept {
  readonly store: Store
  readonly masterKeys: MasterKeys
  readonly vault: Vault
}

/**
 * Opens what the settings name: a PostgreSQL, a folder, or memory alone.
 * @throws AppError naming the setting to change; what is kept there already is never passed over
 */
export async function openKept({
  config,
  clock,
  log,
}: {
  config: Config
  clock: Clock
  log: Log
}): Promise<Kept> {
  const { DATABASE_URL: databaseUrl, DATA_DIR: folder } = config
  const isUsable = databaseUrl === undefined && folder !== undefined && (await isWritableFolder(folder))
  const dataDir = isUsable ? folder : undefined
  if (databaseUrl === undefined && folder !== undefined && !isUsable) {
    log.warn({ DATA_DIR: folder }, 'data folder cannot be written, nothing is kept')
  }
  const store = await openStore({
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(dataDir !== undefined && { dataDir }),
    clock,
    log,
  })
  try {
    const { engine, atStart } = store
    const sealed = { engine, masterKeyIds: atStart.masterKeyIds, isExposed: config.exposed }
    const masterKeys = openMasterKeys(config, sealed)
    return { store, masterKeys, vault: createVault({ masterKeys, secrets: createSecretStore(store, clock) }) }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** @throws AppError `invalid_input` when what the command makes would be gone with its process */
export function requireLasting({ engine }: Pick<Store, 'engine'>): void {
  if (engine !== 'memory') return
  throw new AppError('invalid_input', 'There is no place where this would be kept.', {
    hint: 'Set DATA_DIR to a folder that can be written, or DATABASE_URL to a PostgreSQL, for this command and for the server.',
  })
}
