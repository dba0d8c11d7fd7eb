import { type AccountStore, secretOf } from '../accounts/account-store.ts'
import type { ConnectionStore } from '../auth/connection.ts'
import type { Clock } from '../kernel/clock.ts'
import type { People } from '../people/people.ts'
import type { Person } from '../people/person.ts'

/**
 * Takes a person away with everything that is theirs. First nobody acts for them any more, then their accounts are
 * forgotten, then they: whatever stops it in the middle, doing it again finishes it.
 */
export function removePersonWith(around: {
  people: Pick<People, 'removable' | 'remove'>
  connections: Pick<ConnectionStore, 'endAll'>
  accountStore: Pick<AccountStore, 'list' | 'remove'>
  clock: Clock
}): (by: Person, id: string) => Promise<void> {
  const { people, connections, accountStore, clock } = around
  return async (by, id) => {
    await people.removable(by, id)
    await connections.endAll(id, clock.now())
    for (const account of await accountStore.list(id)) {
      await accountStore.remove({ id: account.id, secret: secretOf(account) })
    }
    await people.remove(by, id)
  }
}
