import { decrypt, encrypt } from './authenticated.ts'
import type { DataKey } from './data-key.ts'

/** Where a secret is kept; it opens nowhere else. */
export interface Place {
  readonly owner: string
  readonly kind: string
  readonly name: string
}

const FORMAT = 1
const HEADER = 5

/** `format (1) ‖ version of the data key (4) ‖ nonce (12) ‖ secret in UTF-8 ‖ tag (16)`. */
export function sealSecret({ key, stored }: DataKey, place: Place, secret: string): Uint8Array {
  // Half a surrogate pair would come back as another character.
  if (!secret.isWellFormed()) throw new TypeError('A secret must be well-formed text.')
  const header = Buffer.alloc(HEADER)
  header.writeUInt8(FORMAT)
  header.writeUInt32BE(stored.version, 1)
  return encrypt(key, header, context(place), Buffer.from(secret))
}

/** The secret, or nothing when it was sealed by another key, for another place, or is damaged. */
export function openSecret({ key, stored }: DataKey, place: Place, sealed: Uint8Array): string | undefined {
  if (sealed.length < HEADER || sealed[0] !== FORMAT) return undefined
  const version = new DataView(sealed.buffer, sealed.byteOffset).getUint32(1)
  if (version !== stored.version) return undefined
  return decrypt(key, HEADER, context(place), sealed)?.toString()
}

function context({ owner, kind, name }: Place) {
  return ['mostik secret', owner, kind, name]
}
