import type { Config } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { createSecretStore } from '../store/secret-store.ts'
import { openStore, type Store } from '../store/store.ts'
import type { MasterKeys } from '../vault/master-key.ts'
import { openMasterKeys } from '../vault/open-master-keys.ts'
import { createVault, type Vault } from '../vault/vault.ts'
import type { Place } from './place.ts'

/** What outlives the process, and the keys to what is secret in it. */
export interface Kept {
  readonly store: Store
  readonly masterKeys: MasterKeys
  readonly vault: Vault
}

/**
 * Opens what is kept in this place, with the master keys that the settings name.
 * @throws AppError naming the setting to change
 */
export async function openKept(
  place: Place,
  { config, clock, log }: { config: Config; clock: Clock; log: Log },
): Promise<Kept> {
  const store = await openStore({ ...place, clock, log })
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
