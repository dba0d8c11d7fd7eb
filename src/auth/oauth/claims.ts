import type { Person } from '../../people/person.ts'

/** What a client may learn about a person by its scopes (OpenID Connect Core §5.4). Nobody has checked that the address is theirs. */
export function claimsOf(
  person: Person,
  scopes: ReadonlySet<string>,
): { sub: string; [claim: string]: unknown } {
  return {
    sub: person.id,
    ...(scopes.has('profile') && { name: person.name || person.login, preferred_username: person.login }),
    ...(scopes.has('email') && person.login.includes('@') && { email: person.login, email_verified: false }),
  }
}
