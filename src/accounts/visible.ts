import { accountRef } from '../kernel/caller.ts'
import { labelsOf } from './choose.ts'
import type { AccountSet } from './of-person.ts'

/**
 * The part of a person's accounts that one connection may work in, as if there were no others: not by name, not by
 * address, and not among candidates. The same part for the same set and connection.
 */
export function createVisible(): (set: AccountSet, accounts: ReadonlySet<string>) => AccountSet {
  const made = new WeakMap<AccountSet, WeakMap<ReadonlySet<string>, AccountSet>>()
  return (set, accounts) => {
    const parts = made.get(set) ?? new WeakMap<ReadonlySet<string>, AccountSet>()
    made.set(set, parts)
    const known = parts.get(accounts)
    if (known !== undefined) return known
    const all = set.all.filter(({ address, origin }) =>
      accounts.has(accountRef(set.connector.id, { address, demo: origin === 'demo' })),
    )
    const part = { ...set, all, labels: labelsOf(all) }
    parts.set(accounts, part)
    return part
  }
}
