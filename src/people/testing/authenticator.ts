import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

interface Ceremony {
  /** What the browser says: where it is, and what it asks. */
  readonly origin: string
  readonly options: object
}

/** What an answer may get wrong. */
interface Wrong {
  readonly rpId?: string
  readonly isVerified?: boolean
  readonly counter?: number
  readonly userHandle?: string
}

/** A browser with an authenticator that has one ES256 passkey, which its user unlocks by a finger. */
export function createAuthenticator({ isCounting = true }: { isCounting?: boolean } = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(32)
  let counter = 0
  let userHandle = ''

  function authenticatorData(rpId: string, flags: number, wrong: Wrong, credential = Buffer.alloc(0)) {
    if (isCounting) counter += 1
    const count = Buffer.alloc(4)
    count.writeUInt32BE(wrong.counter ?? counter)
    const verified = wrong.isVerified === false ? flags & ~USER_VERIFIED : flags
    return Buffer.concat([sha256(wrong.rpId ?? rpId), Buffer.of(verified), count, credential])
  }

  const common = {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    authenticatorAttachment: 'platform',
  }

  return {
    id: common.id,
    /** Answers `navigator.credentials.create`. */
    create({ origin, options }: Ceremony, wrong: Wrong = {}) {
      const { challenge, rp, user } = options as {
        challenge: string
        rp: { id: string }
        user: { id: string }
      }
      userHandle = user.id
      const key = cbor(
        new Map<number, Cbor>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, Buffer.from(x, 'base64url')],
          [-3, Buffer.from(y, 'base64url')],
        ]),
      )
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const credential = Buffer.concat([Buffer.alloc(16), length, id, key])
      const flags = USER_PRESENT | USER_VERIFIED | HAS_CREDENTIAL
      const authData = authenticatorData(rp.id, flags, wrong, credential)
      const attestation = cbor(
        new Map<string, Cbor>([
          ['fmt', 'none'],
          ['attStmt', new Map<string, Cbor>()],
          ['authData', authData],
        ]),
      )
      return {
        ...common,
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, origin).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
      }
    },
    /** Answers `navigator.credentials.get`. */
    get({ origin, options }: Ceremony, wrong: Wrong = {}) {
      const { challenge, rpId } = options as { challenge: string; rpId: string }
      const data = authenticatorData(rpId, USER_PRESENT | USER_VERIFIED, wrong)
      const client = clientData('webauthn.get', challenge, origin)
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
      return {
        ...common,
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
          userHandle: wrong.userHandle ?? userHandle,
        },
      }
    },
  }
}

/** Flags of authenticator data (WebAuthn L3 §6.1). */
const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const HAS_CREDENTIAL = 0x40

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()

function clientData(type: string, challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
}

type Cbor = number | string | Buffer | ReadonlyMap<number, Cbor> | ReadonlyMap<string, Cbor>

/** As much of CBOR (RFC 8949) as attestations need. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  const entries = [...value].flatMap(([key, inner]) => [cbor(key), cbor(inner)])
  return Buffer.concat([head(5, value.size), ...entries])
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.of((major << 5) | length)
  if (length < 256) return Buffer.of((major << 5) | 24, length)
  return Buffer.of((major << 5) | 25, length >> 8, length & 0xff)
}
