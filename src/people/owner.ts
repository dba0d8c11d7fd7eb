import { OWNER } from '../kernel/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import type { FixedPassword } from './fixed-password.ts'
import type { KeptPerson, PeopleStore } from './people-store.ts'
import type { Person } from './person.ts'

/** The owner, who is there before anybody has signed in, and whose password the settings may give. */
export interface Owner {
  isClaimed(): Promise<boolean>
  /** Whether the settings give the person's password, so that it cannot be changed here. */
  hasFixedPassword(person: { readonly id: string }): boolean
  /** Who signs in with this login, also the owner who has never done so; `owner` is always the owner. */
  byLogin(loginKey: string): Promise<KeptPerson | undefined>
  /** The hash that this person's password must have; takes the same time for everybody. */
  passwordOf(person: KeptPerson | undefined): Promise<string | undefined>
  shown(person: KeptPerson): Person
  /** A session that is kept, unless a change of the settings has ended it. */
  session: PeopleStore['session']
}

interface Around {
  readonly store: PeopleStore
  readonly fixed: FixedPassword
  readonly clock: Clock
}

export function createOwner({ store, fixed, clock }: Around): Owner {
  const hasFixedPassword = ({ id }: { readonly id: string }) => fixed.isSet && id === OWNER

  return {
    hasFixedPassword,
    async isClaimed() {
      if (fixed.isSet) return true
      const owner = await store.find(OWNER)
      if (owner === undefined) return false
      return owner.password !== undefined || (await store.passkeys(OWNER)).length > 0
    },
    async byLogin(loginKey) {
      const found = await store.byLogin(loginKey)
      if (found !== undefined || loginKey !== OWNER) return found
      const owner = await store.find(OWNER)
      return owner ?? (fixed.isSet ? atFirst(clock.now()) : undefined)
    },
    async passwordOf(person) {
      const hash = await fixed.settle()
      return person !== undefined && hasFixedPassword(person) ? hash : person?.password
    },
    shown({ loginKey: _, password, ...person }) {
      return { ...person, hasPassword: password !== undefined || hasFixedPassword(person) }
    },
    async session(id, now) {
      const found = await store.session(id, now)
      if (found?.person.id !== OWNER || fixed.isSettled()) return found
      await fixed.settle()
      return store.session(id, now)
    },
  }
}

function atFirst(createdAt: number): KeptPerson {
  const names = { id: OWNER, login: OWNER, loginKey: OWNER, name: '' }
  return { ...names, role: 'owner', invitedBy: undefined, password: undefined, createdAt }
}
