import { AppError } from '../kernel/errors.ts'
import type { DataKey } from './data-key.ts'
import { newestDataKey, unwrap } from './data-keys.ts'
import type { MasterKeys } from './master-key.ts'
import { openSecret, type Place, sealSecret } from './sealed-secret.ts'
import type { SecretStore } from './secret-store.ts'

/**
 * Secrets by their place, sealed with a data key of their owner. Errors of any of these: AppError `unavailable`,
 * with nothing of the secret in it.
 */
export interface Vault {
  /** Once it returns, the secret survives a power loss. */
  put(place: Place, secret: string): Promise<void>
  get(place: Place): Promise<string | undefined>
  remove(place: Place): Promise<void>
}

interface VaultOptions {
  readonly masterKeys: MasterKeys
  readonly secrets: SecretStore
}

/** A rotation exchanges an owner's data key once; more than a few in a row mean that something else is wrong. */
const ATTEMPTS = 8
const KEYS_KEPT = 1000

export function createVault({ masterKeys, secrets }: VaultOptions): Vault {
  const newest = new Map<string, DataKey>()

  async function keyOf(owner: string): Promise<DataKey> {
    const key = newest.get(owner) ?? (await newestDataKey(owner, secrets, masterKeys))
    newest.delete(owner)
    newest.set(owner, key)
    const [oldest = owner] = newest.keys()
    if (newest.size > KEYS_KEPT) newest.delete(oldest)
    return key
  }

  return {
    async put(place, secret) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const key = await keyOf(place.owner)
        const sealed = sealSecret(key, place, secret)
        if (await secrets.write(place, { sealed, key: key.stored })) return
        newest.delete(place.owner)
      }
      throw new AppError('unavailable', 'A secret could not be stored, since its keys are being changed.', {
        hint: 'Try again in a moment.',
        retryAfterSeconds: 1,
      })
    },
    async get(place) {
      const stored = await secrets.read(place)
      if (stored === undefined) return undefined
      const secret = openSecret(unwrap(stored.key, masterKeys), place, stored.sealed)
      if (secret !== undefined) return secret
      throw new AppError('unavailable', 'A stored secret is damaged and cannot be opened.', {
        hint: 'The owner of the server links the account again, or restores the latest backup.',
        cause: { reason: 'secret_damaged', ...place },
      })
    },
    remove: (place) => secrets.remove(place),
  }
}
