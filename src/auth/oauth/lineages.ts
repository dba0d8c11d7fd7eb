import type { AdapterPayload } from 'oidc-provider'
import type { Clock } from '../../kernel/clock.ts'
import type { OAuthStore } from './oauth-store.ts'

/**
 * How long a rotated refresh token may come back. Clients refresh from several places at once, or lose the answer:
 * bursts of 76 seconds have been seen. Within it they get another pair of the same grant.
 */
export const GRACE_MS = 120_000

/** Above the fifty and more that one client has been seen to ask for at once; all of those must go on working. */
const MOST_LIVING = 60

/** What keeps the tokens of one grant from becoming many lives beside each other. */
export interface Lineages {
  /** What is noted with a token when it is made. */
  mark(): { readonly issuedAt: number }
  /** A token was made: the oldest beyond so many living ones give way. */
  made(model: 'AccessToken' | 'RefreshToken', id: string, grantId: string): Promise<void>
  /** A refresh token was exchanged for the first time: those left behind count as used from now on. */
  used(grantId: string): Promise<void>
}

/**
 * The grace hands out several refresh tokens for one, and a thief who is quick enough holds one of them. Were each to go
 * on by itself, the theft would never show. So the lineage that is used first after the grace is the one that goes on:
 * what the others hold counts as used, and has the usual grace from then. An honest client kept one token and never
 * sends the rest. When two hold one each, the second of them comes back with a used token, and that ends the grant for
 * both (RFC 9700 §4.14.2). Only two who refresh within the grace of each other every time go on together: one client in
 * several places does, and a thief cannot know when.
 *
 * For the same reason refresh tokens beyond the number that may live are not deleted but count as used: a thief could
 * otherwise push out the one token that would give them away. Access tokens give nothing away and are deleted.
 */
export function createLineages({ store, clock }: { store: OAuthStore; clock: Clock }): Lineages {
  async function living(
    model: string,
    grantId: string,
  ): Promise<readonly { id: string; issuedAt: number }[]> {
    const records = await store.unused(model, grantId, clock.now())
    return records.map(({ id, payload }) => ({ id, issuedAt: issuedAtOf(JSON.parse(payload)) }))
  }

  return {
    mark: () => ({ issuedAt: clock.now() }),
    async made(model, id, grantId) {
      const others = (await living(model, grantId)).filter((one) => one.id !== id)
      if (others.length < MOST_LIVING) return
      const surplus = others.toSorted((a, b) => b.issuedAt - a.issuedAt).slice(MOST_LIVING - 1)
      const ids = surplus.map((one) => one.id)
      if (model === 'AccessToken') await store.removeAll(model, ids)
      else await store.consumeAll(model, ids, clock.now())
    },
    async used(grantId) {
      const before = clock.now() - GRACE_MS
      const left = (await living('RefreshToken', grantId)).filter(({ issuedAt }) => issuedAt < before)
      const ids = left.map(({ id }) => id)
      if (ids.length > 0) await store.consumeAll('RefreshToken', ids, clock.now())
    },
  }
}

function issuedAtOf({ issuedAt }: AdapterPayload & { issuedAt?: number }): number {
  return issuedAt ?? 0
}
