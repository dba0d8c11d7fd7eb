import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const NONCE = 12
const TAG = 16

/** What a blob is bound to: opened for anything else, it does not open. */
type Context = readonly (string | number)[]

/**
 * AES-256-GCM under a fresh random nonce: `header ‖ nonce (12) ‖ ciphertext ‖ tag (16)`. The header stays readable;
 * it and the context are authenticated, so that neither can be exchanged.
 */
export function encrypt(key: KeyObject, header: Uint8Array, context: Context, plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG })
  cipher.setAAD(additional(header, context))
  return Buffer.concat([header, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** What was encrypted, or nothing when the key, the header, the context or any bit of the blob is another. */
export function decrypt(
  key: KeyObject,
  headerLength: number,
  context: Context,
  blob: Uint8Array,
): Buffer | undefined {
  if (blob.length < headerLength + NONCE + TAG) return undefined
  const nonce = blob.subarray(headerLength, headerLength + NONCE)
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG })
  decipher.setAAD(additional(blob.subarray(0, headerLength), context))
  decipher.setAuthTag(blob.subarray(blob.length - TAG))
  const plain = decipher.update(blob.subarray(headerLength + NONCE, blob.length - TAG))
  try {
    return Buffer.concat([plain, decipher.final()])
  } catch {
    // The only thing that `final` can find wrong is the tag.
    return undefined
  }
}

/** JSON of a list is read in one way only, whatever its texts hold; a header's length is fixed for its kind of blob. */
function additional(header: Uint8Array, context: Context): Buffer {
  return Buffer.concat([header, Buffer.from(JSON.stringify(context))])
}
