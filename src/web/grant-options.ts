import type { Language } from '../console/language.ts'
import type { Days, GrantOptions } from '../console/pages/grant-form.ts'
import type { Person } from '../people/person.ts'
import { type PersonAccountsAround, personAccounts } from './person-accounts.ts'
import { rightGroups } from './rights.ts'

export interface GrantAround extends PersonAccountsAround {
  /** What anybody can have at most. */
  readonly ceiling: ReadonlySet<string>
}

/** What a person may give away: of the scopes asked for those that the server has, in accounts of their own. */
export async function grantOptions(
  {
    asked,
    person,
    lang,
    days,
  }: { asked: Iterable<string>; person: Person; lang: Language; days: readonly Days[] },
  around: GrantAround,
): Promise<GrantOptions> {
  const scopes = new Set([...asked].filter((scope) => around.ceiling.has(scope)))
  const groups = rightGroups(scopes, around.connectors, lang)
  const accounts = await personAccounts(person, around)
  return {
    groups,
    accounts: accounts
      .filter(({ connector }) => groups.some(({ id }) => id === connector.id))
      .map(({ ref, label, host, connector }) => ({ ref, name: label, host, connector: connector.title })),
    days,
  }
}
