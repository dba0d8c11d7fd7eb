import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { CallRate } from '../kernel/rate.ts'
import { createFixedPassword } from './fixed-password.ts'
import { createInvitations, type Invitations } from './invitations.ts'
import { createOwner } from './owner.ts'
import { createPasskeys, type Passkeys } from './passkeys.ts'
import { createPasswordSignIn, type PasswordSignIn } from './password-sign-in.ts'
import { createPasswords, type Scrypt } from './passwords.ts'
import type { PeopleStore } from './people-store.ts'
import type { Person, Session } from './person.ts'
import { createRemoval, type Removal } from './removal.ts'
import { createSessions } from './sessions.ts'
import { createThrottle } from './throttle.ts'
import { createTickets } from './tickets.ts'

/**
 * Those who may sign in, and how. What is refused is an AppError whose `cause` is a `Refusal` with a stable reason.
 * Whatever needs the store throws `unavailable` while that fails.
 */
export interface People extends Invitations, PasswordSignIn, Removal {
  /** Whether somebody can sign in as the owner: by a password, their own or the fixed one, or by a passkey. */
  isClaimed(): Promise<boolean>
  /** Known for a second at most, so that a session that is over is over everywhere within one. */
  session(token: string | undefined): Promise<Session | undefined>
  signOut(token: string): Promise<void>
  /** Ends all sessions of the person but this one. */
  signOutElsewhere(person: Person, token: string): Promise<void>
  /** Whom this person may know of: the owner everybody, a member those they invited, all themselves; oldest first. */
  list(by: Person): Promise<readonly Person[]>
  find(id: string): Promise<Person | undefined>
  readonly passkeys: Passkeys
}

interface Around {
  readonly store: PeopleStore
  /** When set, the owner's password whatever is kept. */
  readonly adminPassword: string | undefined
  /** The public address, as browsers have it; passkeys are bound to its host. */
  readonly origin: () => string
  /** Counted by all replicas together. */
  readonly rate: CallRate
  readonly clock: Clock
  readonly log: Log
  readonly scrypt?: Scrypt
}

export function createPeople({ store, adminPassword, origin, rate, clock, log, scrypt }: Around): People {
  const passwords = createPasswords(scrypt)
  const fixed = createFixedPassword({ store, adminPassword, passwords, log })
  const owner = createOwner({ store, fixed, clock })
  const { shown, session } = owner
  const sessions = createSessions({ store: { ...store, session }, shown, clock })
  const throttle = createThrottle(rate)
  const tickets = createTickets({ store, clock })
  const around = { store, owner, fixed, passwords, sessions, throttle, tickets, origin, clock, log }

  return {
    ...createInvitations(around),
    ...createPasswordSignIn(around),
    ...createRemoval(around),
    isClaimed: owner.isClaimed,
    session: sessions.read,
    signOut: sessions.end,
    signOutElsewhere: ({ id }, token) => sessions.endOthers(id, token),
    list: async ({ id, role }) => (await store.list(role === 'owner' ? undefined : id)).map(shown),
    async find(id) {
      const person = await store.find(id)
      return person && shown(person)
    },
    passkeys: createPasskeys(around),
  }
}
