import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { decrypt, encrypt } from './authenticated.ts'
import type { MasterKey } from './master-key.ts'

/** Which data key: every owner has its own, and versions only grow. */
export interface DataKeyName {
  readonly owner: string
  readonly version: number
}

/** A data key as it is stored: wrapped by a master key. */
export interface WrappedKey extends DataKeyName {
  readonly masterKeyId: string
  /** `format (1) ‖ master key id (8) ‖ nonce (12) ‖ wrapped key (32) ‖ tag (16)`. */
  readonly wrapped: Uint8Array
}

/** A data key that has been unwrapped, with what it looks like in the store. */
export interface DataKey {
  readonly key: KeyObject
  readonly stored: WrappedKey
}

const FORMAT = 1
const HEADER = 9
const KEY = 32

export function newDataKey(name: DataKeyName, masterKey: MasterKey): DataKey {
  const key = createSecretKey(randomBytes(KEY))
  return { key, stored: wrapDataKey(key, name, masterKey) }
}

export function wrapDataKey(key: KeyObject, { owner, version }: DataKeyName, by: MasterKey): WrappedKey {
  const header = Buffer.concat([Buffer.of(FORMAT), Buffer.from(by.id, 'hex')])
  const wrapped = encrypt(by.wrapping, header, context({ owner, version }), key.export())
  return { owner, version, masterKeyId: by.id, wrapped }
}

/** The data key, or nothing when it was wrapped by another master key, for another owner or version, or is damaged. */
export function unwrapDataKey(stored: WrappedKey, by: MasterKey): KeyObject | undefined {
  if (stored.wrapped[0] !== FORMAT) return undefined
  const key = decrypt(by.wrapping, HEADER, context(stored), stored.wrapped)
  return key?.length === KEY ? createSecretKey(key) : undefined
}

function context({ owner, version }: DataKeyName) {
  return ['mostik data key', owner, version]
}
