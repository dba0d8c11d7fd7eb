import type { WrappedKey } from './data-key.ts'
import type { Place } from './sealed-secret.ts'

export interface StoredSecret {
  readonly sealed: Uint8Array
  /** The data key that it was sealed with. */
  readonly key: WrappedKey
}

/** What the vault keeps, and how. Everything here is wrapped or sealed: the store never sees a key or a secret. */
export interface SecretStore {
  /** The secret of a place with its data key, as they stood at one instant. */
  read(place: Place): Promise<StoredSecret | undefined>
  /**
   * Puts a secret in its place, whatever was there; once it returns, it survives a power loss.
   * False, and nothing is written, unless its data key is the owner's newest and stored exactly so.
   */
  write(place: Place, secret: StoredSecret): Promise<boolean>
  /** Takes the secret of a place away; once it returns, it stays away. */
  remove(place: Place): Promise<void>
  newestKey(owner: string): Promise<WrappedKey | undefined>
  /**
   * Adds the data key that `wrap` makes, to survive a power loss; false when its version exists. On SQLite nothing of
   * `withMasterKeyIds` comes between the two, so that no data key is wrapped by a master key that is being forgotten.
   */
  addKey(wrap: () => WrappedKey): Promise<boolean>
}

/** What a rotation needs beside it. Nothing here needs to survive a power loss before `settled` returns. */
export interface RotationStore extends SecretStore {
  /**
   * Runs `work` with the ids of all master keys that data keys need; on SQLite, the only engine with a key file, while
   * no other process adds a data key or runs work of its own.
   */
  withMasterKeyIds(work: (ids: readonly string[]) => void): Promise<void>
  /** The data keys of everybody after the given one, by owner and version; at most a page. */
  keysAfter(after: WrappedKey | undefined): Promise<readonly WrappedKey[]>
  /** Exchanges the form of a data key; false when it is not stored in the given form any more. */
  rewrap(from: WrappedKey, to: WrappedKey): Promise<boolean>
  /** Places of an owner whose secrets are sealed with data keys before `version`, after the given one; at most a page. */
  sealedBefore(owner: string, version: number, after: Place | undefined): Promise<readonly Place[]>
  /** Exchanges a secret; false when it has changed meanwhile, or its new data key is gone. */
  replace(place: Place, from: StoredSecret, to: StoredSecret): Promise<boolean>
  /** Removes an owner's data keys before `version` that no secret needs. */
  dropKeys(owner: string, version: number): Promise<void>
  /** Notes that a rotation is done; all that was written before survives a power loss once it returns. */
  settled(): Promise<void>
}
