/** Why a connection is over before its time. `replayed`: a refresh token came back that had been exchanged long before. */
type EndReason = 'revoked' | 'replayed'

/** One program that acts for one person: what an authorization gave it, or a personal token. Times are Unix ms. */
export interface Connection {
  /** Of an authorization the id of its grant. */
  readonly id: string
  readonly kind: 'oauth' | 'token'
  /** The person. */
  readonly owner: string
  /** OAuth `client_id`; empty for a personal token. */
  readonly clientId: string
  /** What the client or the person calls it. From outside: shown as text, never trusted. */
  readonly name: string
  /** The vendor whose own client document it is, such as `chatgpt`; nothing when nobody vouches for the name. */
  readonly vendor: string | undefined
  /** Where its authorization went back to: a host, or the scheme of an app; empty for a personal token. */
  readonly host: string
  /** The mount that it may use, such as `` for the whole surface or `/amocrm`. A personal token has the whole surface. */
  readonly mount: string
  readonly scopes: readonly string[]
  /** As `accountRef` writes them; nothing for all that the person has. */
  readonly accounts: readonly string[] | undefined
  readonly toolsets: readonly string[] | undefined
  readonly createdAt: number
  readonly expiresAt: number | undefined
  /** To the minute. */
  readonly usedAt: number | undefined
  readonly endedAt: number | undefined
  readonly endReason: EndReason | undefined
}

/** A bearer token that is known here: of which connection, and until when it is good. */
export interface KnownToken {
  readonly connection: Connection
  /** The scopes of the token itself, a part of the connection's. */
  readonly scopes: readonly string[]
  readonly expiresAt: number | undefined
}

/** Where connections are kept. Tokens are known by their SHA-256 (base64url) alone. */
export interface ConnectionStore {
  /** Once it returns, it survives a power loss. */
  add(connection: Connection, tokenHash?: string): Promise<void>
  find(id: string): Promise<Connection | undefined>
  /** The person's, newest first, those that ended a month ago or earlier left out. */
  list(owner: string): Promise<readonly Connection[]>
  /** The connection of a personal token or of an access token of the authorization server, ended or not. */
  byToken(tokenHash: string): Promise<KnownToken | undefined>
  /** Ends it with every token of it in one step that survives a power loss; false when it is not the person's, or over. */
  end(id: string, owner: string, reason: EndReason, now: number): Promise<boolean>
  /** Ends all of a person's. */
  endAll(owner: string, now: number): Promise<void>
  /** Of these, the ids that are over. */
  ended(ids: readonly string[], now: number): Promise<readonly string[]>
  used(id: string, now: number): Promise<void>
}
