import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Clock } from '../../kernel/clock.ts'
import { isPlain } from './client-metadata.ts'
import type { OAuthStore } from './oauth-store.ts'
import { seal, unseal } from './sealed-text.ts'

interface Around {
  readonly store: OAuthStore
  /** Seals client secrets. */
  readonly key: Buffer
  readonly clock: Clock
}

const UNUSED_MS = 24 * 3_600_000
const MOST_UNUSED = 500

/** Where oidc-provider keeps clients that registered themselves: for a day, unless they got a token. */
export function createClientAdapter({ store, key, clock }: Around): Adapter {
  return {
    async upsert(id, payload) {
      const { client_secret: secret, ...metadata } = payload
      const kept = { ...metadata, ...(secret !== undefined && { sealed: seal(key, `client ${id}`, secret) }) }
      const createdAt = clock.now()
      const expiresAt = createdAt + UNUSED_MS
      await store.addClient({ id, metadata: JSON.stringify(kept), createdAt, expiresAt }, MOST_UNUSED)
    },
    async find(id) {
      // Clients with a document of their own are never registered; and no database takes every character.
      if (id.includes(':') || !isPlain(id)) return undefined
      const client = await store.findClient(id)
      if (client === undefined || (client.expiresAt ?? Infinity) <= clock.now()) return undefined
      const { sealed, ...metadata }: AdapterPayload & { sealed?: string } = JSON.parse(client.metadata)
      const secret = sealed && unseal(key, `client ${id}`, sealed)
      return { ...metadata, ...(secret && { client_secret: secret }) }
    },
    async findByUid() {},
    async findByUserCode() {},
    async consume() {},
    async destroy() {},
    async revokeByGrantId() {},
  }
}
