import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'oidc-provider'
import type { OpenLock } from '../../kernel/lock.ts'
import type { Vault } from '../../vault/vault.ts'

/** The secrets of the authorization server itself, the same on every replica and after every start. */
export interface ServerKeys {
  /** Signs cookies. */
  readonly cookies: readonly string[]
  /** Seals what is stored. */
  readonly records: Buffer
  /** Signs id tokens. */
  readonly idTokens: JWK
}

const PLACE = { owner: 'server', kind: 'oauth', name: 'keys' }
const PATIENCE_MS = 15_000

/**
 * The keys, made by whoever of all replicas comes first.
 * @throws AppError `unavailable`
 */
export async function openServerKeys({ vault, lock }: { vault: Vault; lock: OpenLock }): Promise<ServerKeys> {
  const kept = await vault.get(PLACE)
  if (kept !== undefined) return parse(kept)
  return lock('oauth-keys')(async () => {
    const others = await vault.get(PLACE)
    if (others !== undefined) return parse(others)
    const made = await makeKeys()
    await vault.put(PLACE, made)
    return parse(made)
  }, AbortSignal.timeout(PATIENCE_MS))
}

async function makeKeys(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return JSON.stringify({
    cookies: [randomBytes(32).toString('base64url')],
    records: randomBytes(32).toString('base64url'),
    idTokens: { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' },
  })
}

function parse(kept: string): ServerKeys {
  const { cookies, records, idTokens } = JSON.parse(kept)
  return { cookies, idTokens, records: Buffer.from(records, 'base64url') }
}
