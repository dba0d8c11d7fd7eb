/** One thing that the authorization server keeps. Nothing in it opens anything: ids are hashes, and what is secret is sealed. */
export interface OAuthRecord {
  /** What it is, such as `RefreshToken` or `Grant`. */
  readonly model: string
  /** SHA-256 (base64url) of the value that the client or the browser holds. */
  readonly id: string
  readonly payload: string
  /** The grant that it belongs to, and goes away with: the id of a connection. */
  readonly grantId: string | undefined
  /** Another name that it is found by, hashed too. */
  readonly uid: string | undefined
  /** Unix ms, as all times here. */
  readonly consumedAt: number | undefined
  readonly expiresAt: number | undefined
}

/** A client that registered itself. `metadata` is JSON, its secret sealed. */
export interface RegisteredClient {
  readonly id: string
  readonly metadata: string
  readonly createdAt: number
  /** Until its first token; a client that was used once stays. */
  readonly expiresAt: number | undefined
}

/** What the authorization server keeps. */
export interface OAuthStore {
  /** Puts it in the place of what was there, `consumedAt` aside. When it is `lasting`, it survives a power loss once this returns. */
  put(record: Omit<OAuthRecord, 'consumedAt'>, lasting: boolean): Promise<void>
  find(model: string, id: string): Promise<OAuthRecord | undefined>
  findByUid(model: string, uid: string): Promise<OAuthRecord | undefined>
  /** Marks it as used, to survive a power loss; false when somebody has done so before, and nothing changes. */
  consume(model: string, id: string, now: number): Promise<boolean>
  /** What belongs to a grant and has neither been used nor come to its end. */
  unused(model: string, grantId: string, now: number): Promise<readonly OAuthRecord[]>
  /** Marks them all as used, but for those that are already; survives a power loss. */
  consumeAll(model: string, ids: readonly string[], now: number): Promise<void>
  remove(model: string, id: string): Promise<void>
  removeAll(model: string, ids: readonly string[]): Promise<void>
  /** Takes away all that belongs to a grant; it stays away once this returns. */
  removeGrant(grantId: string): Promise<void>
  /** Adds a client, in the place of the oldest unused one when there are `most` of them already. */
  addClient(client: RegisteredClient, most: number): Promise<void>
  findClient(id: string): Promise<RegisteredClient | undefined>
  /** From now on the client has no end. */
  keepClient(id: string): Promise<void>
  /** Deletes what is past its time, as far as that is done soon: more in a minute than anybody puts there. */
  forget(now: number): Promise<void>
}
