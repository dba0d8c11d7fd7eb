import type { Person } from './person.ts'

/** A person as kept; `loginKey` is the login as logins are compared, `password` a scrypt hash in PHC form. */
export interface KeptPerson extends Omit<Person, 'hasPassword'> {
  readonly loginKey: string
  readonly password: string | undefined
}

/** One signed-in browser, by the SHA-256 of its token. Times are Unix ms, as all here. */
export interface KeptSession {
  readonly id: string
  readonly person: string
  readonly agent: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** What is good for one use, by the SHA-256 of its key. */
export interface KeptTicket {
  readonly id: string
  readonly kind: string
  /** Whose it is: who invites, or who registers a passkey. */
  readonly person: string | undefined
  readonly payload: string
  readonly createdAt: number
  readonly expiresAt: number
}

export interface KeptPasskey {
  /** The credential id, base64url. */
  readonly id: string
  readonly person: string
  readonly name: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  /** How often it was used, as far as it counts. */
  readonly counter: number
  readonly transports: readonly string[]
  readonly createdAt: number
  readonly usedAt: number | undefined
}

/** What a sign-in relied on. */
interface Still {
  /** The person's own password hash. */
  readonly password?: string | undefined
  /** The hash of the password from the settings, null for none. */
  readonly fixedPassword?: string | null | undefined
}

/** Where people are kept. Every write survives a power loss once it has resolved. */
export interface PeopleStore {
  find(id: string): Promise<KeptPerson | undefined>
  byLogin(loginKey: string): Promise<KeptPerson | undefined>
  /** Everybody, or this person and those they invited; oldest first. */
  list(by?: string): Promise<readonly KeptPerson[]>
  /** Adds the person unless there is one of this id. */
  addOnce(person: KeptPerson): Promise<void>
  /**
   * In one step: uses the ticket up, puts the person in place of who had the id before, ends that one's sessions,
   * passkeys and tickets and starts this session. Nothing is done when the ticket or whose it is is not there (any
   * more), or somebody else has the login.
   */
  accept(wish: {
    ticket: Pick<KeptTicket, 'id' | 'kind' | 'person'>
    person: KeptPerson
    session: KeptSession
  }): Promise<'done' | 'key_used' | 'login_taken'>
  /** Puts the hash in place of the other and ends all sessions but one; false when the password is another by now. */
  changePassword(wish: { person: string; from: string; to: string; keptSession: string }): Promise<boolean>
  /** Removes the person with sessions, passkeys, tickets, linked accounts and secrets; false when there is none of this id. */
  remove(id: string): Promise<boolean>

  /** The hash of the password that the settings gave last. */
  fixedPassword(): Promise<string | undefined>
  /** Puts the hash in place of the other and ends the owner's sessions; false when it is another by now. */
  changeFixedPassword(wish: { from: string | undefined; to: string | undefined }): Promise<boolean>

  /** Starts a session while the person is there and `still` is so, and ends all but the newest; false when not. */
  startSession(session: KeptSession, still: Still): Promise<boolean>
  session(id: string, now: number): Promise<{ person: KeptPerson; expiresAt: number } | undefined>
  endSession(id: string): Promise<void>
  endSessions(person: string, but: string): Promise<void>

  /**
   * Adds it while whose it is is there; `alone` ends all others of the kind, `most` is how many of the kind that person
   * may have.
   */
  addTicket(
    ticket: KeptTicket,
    limits: { readonly alone?: boolean; readonly most?: number },
  ): Promise<'done' | 'person_gone' | 'too_many'>
  ticket(wanted: Pick<KeptTicket, 'id' | 'kind'>, now: number): Promise<KeptTicket | undefined>
  /** Gives the ticket to one alone of those who ask for it. */
  useTicket(wanted: Pick<KeptTicket, 'id' | 'kind'>, now: number): Promise<KeptTicket | undefined>
  /** Those of a kind that are still good, of this person or of all; oldest first. */
  tickets(kind: string, person: string | undefined, now: number): Promise<readonly KeptTicket[]>

  /** Of one person, oldest first. */
  passkeys(person: string): Promise<readonly KeptPasskey[]>
  passkey(id: string): Promise<KeptPasskey | undefined>
  /** False when there is one of this id, or the person is gone. */
  addPasskey(passkey: KeptPasskey): Promise<boolean>
  /** Notes the use and starts a session; false when the passkey is gone, or its counter was as far already. */
  usePasskey(used: { id: string; counter: number }, session: KeptSession): Promise<boolean>
  removePasskey(person: string, id: string): Promise<boolean>
}
