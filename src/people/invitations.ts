import { randomUUID } from 'node:crypto'
import { OWNER } from '../kernel/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Owner } from './owner.ts'
import { checkPassword } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import type { KeptPerson, KeptTicket, PeopleStore } from './people-store.ts'
import type { From, Person, Role, SignedIn } from './person.ts'
import { refusal } from './refusal.ts'
import type { Sessions } from './sessions.ts'
import { readLogin, readName } from './texts.ts'
import type { Throttle } from './throttle.ts'
import type { Tickets } from './tickets.ts'

export interface Invitations {
  /**
   * The key of a link that makes its holder the owner, once and within a day; ends the keys before it.
   * @throws AppError `not_allowed` (`password_fixed`)
   */
  setupKey(): Promise<string>
  /**
   * The key of a link that lets somebody in, once and within a week.
   * @throws AppError `not_allowed` (`may_not_invite`), `invalid_input` (`bad_name`, `invitation_limit`), `not_found`
   *   (`no_such_person`) when who invites is gone
   */
  invite(by: Person, wish: { role: 'member' | 'client'; name: string }): Promise<string>
  /** Those that nobody has accepted yet, oldest first: all of them for the owner, a member's own; times are Unix ms. */
  invitations(by: Person): Promise<readonly Invitation[]>
  /** Ends an invitation, by its id. @throws AppError `not_found` (`invitation_over`), also for one of somebody else */
  withdraw(by: Person, id: string): Promise<void>
  /** What a key is good for; nothing when it is wrong, used or too old. */
  ticket(key: string, kind: TicketKind): Promise<Invited | undefined>
  /**
   * Uses the key up: sets the owner's login and password and ends the owner's sessions, passkeys and invitations, or
   * makes the invited person; and signs in. What is refused for another reason than its key leaves the key good.
   * @throws AppError `not_found` (`key_used`), `invalid_input` (`login_taken`, `bad_login`, `bad_name`,
   *   `short_password`, `long_password`, `weak_password`), `not_allowed` (`password_fixed`), `rate_limited`
   *   (`too_many_attempts`, `busy`)
   */
  accept(
    key: string,
    kind: TicketKind,
    who: { login: string; name: string; password: string },
    from: From,
  ): Promise<SignedIn>
}

type TicketKind = 'setup' | 'invite'

/** An invitation without its key, which only its link has. */
interface Invitation {
  readonly id: string
  readonly role: 'member' | 'client'
  readonly name: string
  /** The id of who invites. */
  readonly invitedBy: string
  readonly createdAt: number
  readonly expiresAt: number
}

interface Invited {
  readonly role: Role
  readonly name: string
  /** What the one who invites is called. */
  readonly inviter?: string
}

interface Around {
  readonly store: PeopleStore
  readonly owner: Owner
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly tickets: Tickets
  readonly throttle: Throttle
  readonly clock: Clock
  readonly log: Log
}

export function createInvitations(around: Around): Invitations {
  const { store, owner, passwords, sessions, tickets, throttle, clock, log } = around
  const isFixed = owner.hasFixedPassword({ id: OWNER })

  async function isTaken(loginKey: string, by: string): Promise<boolean> {
    if (loginKey === OWNER) return by !== OWNER
    const person = await store.byLogin(loginKey)
    return person !== undefined && person.id !== by
  }

  async function openOnes({ id, role }: Person): Promise<readonly Invitation[]> {
    if (role === 'client') return []
    const kept = await store.tickets('invite', role === 'owner' ? undefined : id, clock.now())
    return kept.map((ticket) => {
      const { id, person: invitedBy = '', createdAt, expiresAt } = ticket
      return { id, ...promised(ticket), invitedBy, createdAt, expiresAt }
    })
  }

  return {
    async setupKey() {
      if (isFixed) throw refusal('password_fixed')
      return tickets.make({ kind: 'setup', payload: {} })
    },
    async invite({ id, role: own }, { role, name }) {
      const mayInvite = own === 'owner' || (own === 'member' && role === 'client')
      if (!mayInvite) throw refusal('may_not_invite')
      return tickets.make({ kind: 'invite', person: id, payload: { role, name: readName(name) } })
    },
    invitations: openOnes,
    async withdraw(by, id) {
      const isTheirs = (await openOnes(by)).some((invitation) => invitation.id === id)
      if (!isTheirs || (await store.useTicket({ id, kind: 'invite' }, clock.now())) === undefined)
        throw refusal('invitation_over')
      log.info({ by: by.id }, 'invitation_withdrawn')
    },
    async ticket(key, kind) {
      const ticket = await tickets.read(kind, key)
      if (ticket === undefined) return undefined
      if (kind === 'invite') {
        const inviter = await store.find(ticket.person ?? '')
        return inviter && { ...promised(ticket), ...(inviter.name !== '' && { inviter: inviter.name }) }
      }
      return { role: 'owner', name: (await store.find(OWNER))?.name ?? '' }
    },
    async accept(key, kind, { login, name, password }, from) {
      await throttle.ask(from.address)
      const ticket = await tickets.read(kind, key)
      if (ticket === undefined) throw refusal('key_used')
      await throttle.askOf(ticket.id)
      if (kind === 'setup' && isFixed) throw refusal('password_fixed')
      const names = { ...readLogin(login), name: readName(name) }
      checkPassword(password, names.login)
      const id = kind === 'invite' ? randomUUID() : OWNER
      // Before the work of a hash, of which strangers could ask for many.
      if (await isTaken(names.loginKey, id)) throw refusal('login_taken')
      const person: KeptPerson = {
        ...names,
        ...(kind === 'invite'
          ? { id, role: promised(ticket).role, invitedBy: ticket.person }
          : { id, role: 'owner', invitedBy: undefined }),
        password: await passwords.hash(password, from.address),
        createdAt: clock.now(),
      }
      const { row, signedIn } = sessions.open(person, from, person.password)
      const outcome = await store.accept({ ticket, person, session: row })
      if (outcome !== 'done') throw refusal(outcome)
      sessions.forget()
      log.info({ person: person.id, by: ticket.person, address: from.address }, `${kind}_accepted`)
      return signedIn
    },
  }
}

function promised({ payload }: KeptTicket): { role: 'member' | 'client'; name: string } {
  return JSON.parse(payload) as { role: 'member' | 'client'; name: string }
}
