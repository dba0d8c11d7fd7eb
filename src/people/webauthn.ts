import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { lazy } from '../kernel/lazy.ts'
import type { KeptPasskey, KeptPerson } from './people-store.ts'
import { refusal } from './refusal.ts'

/** Loaded by the first who uses a passkey. */
const library = lazy(() => import('@simplewebauthn/server'))

interface Question {
  readonly options: object
  readonly challenge: string
}

/** Asks for a passkey that says by itself whose it is, behind a finger, a face or a PIN. */
export async function askForNew(
  origin: string,
  person: KeptPerson,
  known: readonly KeptPasskey[],
): Promise<Question> {
  const { generateRegistrationOptions } = await library()
  const options = await generateRegistrationOptions({
    rpName: 'Mostik',
    rpID: hostOf(origin),
    userID: new TextEncoder().encode(person.id),
    userName: person.login,
    userDisplayName: person.name,
    timeout: PATIENCE_MS,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
  })
  return { options, challenge: options.challenge }
}

/** @throws AppError `not_allowed` (`passkey_rejected`) */
export async function readNew(origin: string, challenge: string, response: unknown) {
  const { verifyRegistrationResponse } = await library()
  const { registrationInfo } = await accept(() =>
    verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: originOf(origin),
      expectedRPID: hostOf(origin),
    }),
  )
  if (registrationInfo === undefined) throw refusal('passkey_rejected')
  const { id, publicKey, counter, transports = [] } = registrationInfo.credential
  return { id, publicKey, counter, transports }
}

/** Names nobody: the browser offers what it has for this host. */
export async function askForKnown(origin: string): Promise<Question> {
  const { generateAuthenticationOptions } = await library()
  const options = await generateAuthenticationOptions({
    rpID: hostOf(origin),
    timeout: PATIENCE_MS,
    userVerification: 'required',
  })
  return { options, challenge: options.challenge }
}

/** The id of the passkey that answers, as it says itself. @throws AppError `not_allowed` (`passkey_rejected`) */
export function idIn(response: unknown): string {
  const id = typeof response === 'object' && response !== null && 'id' in response ? response.id : undefined
  if (typeof id !== 'string' || !/^[\w-]{1,1400}$/.test(id)) throw refusal('passkey_rejected')
  return id
}

/** The passkey's counter after this use. @throws AppError `not_allowed` (`passkey_rejected`) */
export async function readKnown(
  origin: string,
  challenge: string,
  response: unknown,
  { id, person, publicKey, counter }: KeptPasskey,
): Promise<number> {
  const { verifyAuthenticationResponse } = await library()
  const answer = response as AuthenticationResponseJSON
  const { verified, authenticationInfo } = await accept(() =>
    verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: challenge,
      expectedOrigin: originOf(origin),
      expectedRPID: hostOf(origin),
      credential: { id, publicKey, counter },
      requireUserVerification: true,
    }),
  )
  // A passkey that names its person must name the one it was made for (WebAuthn L3 §7.2, step 6).
  const named = answer.response.userHandle
  const isAnothers = named !== undefined && named !== '' && named !== handleOf(person)
  if (!verified || isAnothers) throw refusal('passkey_rejected')
  return authenticationInfo.newCounter
}

const PATIENCE_MS = 5 * 60_000

const hostOf = (origin: string) => new URL(origin).hostname
const originOf = (address: string) => new URL(address).origin
const handleOf = (person: string) => Buffer.from(person).toString('base64url')

/** The library throws on everything that does not fit, also on what is no answer of a browser at all. */
async function accept<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify()
  } catch (error) {
    throw refusal('passkey_rejected', { error })
  }
}
