import { AppError } from '../kernel/errors.ts'
import { type DataKey, newDataKey, unwrapDataKey, type WrappedKey } from './data-key.ts'
import type { MasterKeys } from './master-key.ts'
import type { SecretStore } from './secret-store.ts'

/** @throws AppError `unavailable` when this program does not have the master key, or the data key is damaged */
export function unwrap(stored: WrappedKey, masterKeys: MasterKeys): DataKey {
  const masterKey = masterKeys.find(stored.masterKeyId)
  if (masterKey === undefined) {
    throw new AppError('unavailable', 'A stored secret needs a master key that this server does not have.', {
      hint: 'The owner of the server sets MASTER_KEY_PREVIOUS to the earlier key and runs: mostik keys rotate',
      cause: { reason: 'master_key_unknown', masterKeyId: stored.masterKeyId },
    })
  }
  const key = unwrapDataKey(stored, masterKey)
  if (key === undefined) {
    const { owner, version } = stored
    throw new AppError('unavailable', 'A stored key is damaged, and the secrets under it cannot be opened.', {
      hint: 'The owner of the server restores the latest backup.',
      cause: { reason: 'data_key_damaged', owner, version },
    })
  }
  return { key, stored }
}

/** The owner's newest data key; the first one is made here, by whichever process comes first. */
export async function newestDataKey(
  owner: string,
  secrets: SecretStore,
  masterKeys: MasterKeys,
): Promise<DataKey> {
  const stored = await secrets.newestKey(owner)
  if (stored !== undefined) return unwrap(stored, masterKeys)
  return addDataKey({ owner, version: 1 }, secrets, masterKeys)
}

/** Adds a data key, or takes the newest one when another process has just added it. */
export async function addDataKey(
  name: { readonly owner: string; readonly version: number },
  secrets: SecretStore,
  masterKeys: MasterKeys,
): Promise<DataKey> {
  let made: DataKey | undefined
  const wasAdded = await secrets.addKey(() => {
    made = newDataKey(name, masterKeys.current())
    return made.stored
  })
  if (wasAdded && made !== undefined) return made
  return newestDataKey(name.owner, secrets, masterKeys)
}
