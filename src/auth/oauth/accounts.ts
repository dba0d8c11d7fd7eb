import type { Account } from 'oidc-provider'
import type { Around } from './around.ts'
import { claimsOf } from './claims.ts'

/** The person behind an authorization or a token; nobody when they are gone, or the connection of the token is over. */
export async function findAccount(
  { people, connections, clock }: Around,
  personId: string,
  grantId: string | undefined,
): Promise<Account | undefined> {
  const person = await people.find(personId)
  if (person === undefined) return undefined
  if (grantId !== undefined) {
    const connection = await connections.find(grantId)
    const isOver = connection?.endedAt !== undefined || (connection?.expiresAt ?? Infinity) <= clock.now()
    if (connection?.owner !== personId || isOver) return undefined
  }
  return {
    accountId: person.id,
    claims: async (_use, said) => claimsOf(person, new Set(said.split(' '))),
  }
}
