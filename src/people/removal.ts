import type { Log } from '../kernel/log.ts'
import type { Owner } from './owner.ts'
import type { PeopleStore } from './people-store.ts'
import type { Person } from './person.ts'
import { refusal } from './refusal.ts'
import type { Sessions } from './sessions.ts'

export interface Removal {
  /** The person, when this one may take them away: the owner anybody else, a member those they invited. @throws as `remove` */
  removable(by: Person, id: string): Promise<Person>
  /**
   * Takes a person away with sessions, passkeys and invitations; what else is theirs is to be ended before.
   * @throws AppError `not_allowed` (`may_not_remove`), `not_found` (`no_such_person`, to the owner alone)
   */
  remove(by: Person, id: string): Promise<void>
}

interface Around {
  readonly store: PeopleStore
  readonly owner: Owner
  readonly sessions: Sessions
  readonly log: Log
}

export function createRemoval({ store, owner, sessions, log }: Around): Removal {
  async function removable(by: Person, id: string): Promise<Person> {
    const person = await store.find(id)
    const isTheirs = by.role === 'member' && person?.invitedBy === by.id
    // Whether the others exist is nobody's business but the owner's.
    if (by.role !== 'owner' && !isTheirs) throw refusal('may_not_remove')
    if (person === undefined) throw refusal('no_such_person')
    if (person.role === 'owner') throw refusal('may_not_remove')
    return owner.shown(person)
  }

  return {
    removable,
    async remove(by, id) {
      await removable(by, id)
      const isRemoved = await store.remove(id)
      sessions.forget()
      if (!isRemoved) throw refusal('no_such_person')
      log.info({ person: id, by: by.id }, 'person_removed')
    },
  }
}
