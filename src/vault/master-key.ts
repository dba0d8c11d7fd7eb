import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** What one master secret gives: the key that wraps data keys, and a name for it that tells nothing. */
export interface MasterKey {
  /** 16 hex digits, derived from the secret as the key is; stands in every data key that it wraps. */
  readonly id: string
  readonly wrapping: KeyObject
}

export interface MasterKeys {
  /** The one that wraps from now on. */
  current(): MasterKey
  /** The one by this id, when this program has it: the current one, or one that only opens. */
  find(id: string): MasterKey | undefined
  /**
   * Where the key is this program's own to change: makes a new current one, which is safe on the disk before this
   * returns; the former one and those that data keys still need stay and open. False where people set the key.
   */
  renew(needed: readonly string[]): boolean
  /** Forgets the ones that nothing needs, but for the current one and the one before it. */
  retire(needed: readonly string[]): void
}

/** HKDF-SHA256 (RFC 5869), each use with an `info` of its own. The secret is trimmed, as files and panels add line ends. */
export function masterKeyOf(secret: string): MasterKey {
  const derive = (info: string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret.trim(), '', `mostik master key: ${info}`, length))
  return { id: derive('id', 8).toString('hex'), wrapping: createSecretKey(derive('wrapping', 32)) }
}

/** Keys that somebody else keeps: the first wraps, all open. */
export function givenMasterKeys(current: MasterKey, others: readonly MasterKey[] = []): MasterKeys {
  const all = [current, ...others]
  return {
    current: () => current,
    find: (wanted) => all.find(({ id }) => id === wanted),
    renew: () => false,
    retire() {},
  }
}
