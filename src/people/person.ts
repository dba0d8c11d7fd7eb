/** `owner` is the one whose server it is; a `member` may invite clients; a `client` sees nothing but what is its own. */
export type Role = 'owner' | 'member' | 'client'

/** Somebody who may sign in. The owner's id is always `owner`. Times are Unix ms. */
export interface Person {
  readonly id: string
  /** What they sign in with: an e-mail address or a word. */
  readonly login: string
  /** What the others call them; empty for an owner who has never said. */
  readonly name: string
  readonly role: Role
  /** The id of who invited them; nothing for the owner. */
  readonly invitedBy: string | undefined
  readonly createdAt: number
  readonly hasPassword: boolean
}

/** One signed-in browser. */
export interface Session {
  readonly person: Person
  /** To be sent back with every form of this session. */
  readonly csrf: string
  readonly expiresAt: number
}

/** Where a sign-in comes from: for limits, and for the person to see. */
export interface From {
  /** The address of the browser, as far as the trusted proxies tell; of IPv6 its /64, which one household has. */
  readonly address: string
  readonly agent: string
  /** What the browser kept of the sign-ins before, as `SignedIn` gave it. */
  readonly browser?: string | undefined
}

/** A new session; the token goes into the cookie and is kept nowhere else. */
export interface SignedIn {
  readonly token: string
  /** For a cookie that outlives the session: with it, guesses of strangers do not keep this browser out. */
  readonly browser: string | undefined
  readonly session: Session
}
