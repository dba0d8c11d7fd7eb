import type { Place } from '../vault/sealed-secret.ts'

/** An account that a person has linked. It never changes but for its marks: a new token makes it anew, by another id. */
export interface LinkedAccount {
  readonly id: string
  /** The person. */
  readonly owner: string
  readonly connector: string
  readonly name: string
  /** An origin such as `https://firm.amocrm.ru`. */
  readonly address: string
  /** When it was last made the default; the latest one of a person and connector is it. Unix ms, as all times here. */
  readonly defaultAt: number | undefined
  /** When it was linked first; a new token does not change it. */
  readonly linkedAt: number
  /** Since when the upstream does not take its token. */
  readonly refusedAt: number | undefined
}

/** An account with the place of its secret. */
export interface Sealed {
  readonly id: string
  readonly secret: Place
}

export interface Adding {
  /** The account's name as names are compared. */
  readonly nameKey: string
  readonly secret: Place
  readonly replaced: Sealed | undefined
  /** Secrets of this kind that are older and have no account are removed: a process was killed while it linked. */
  readonly abandonedBefore: number
}

/** Where linked accounts are kept. Two of one person and connector never have the same name or the same address. */
export interface AccountStore {
  /** Oldest first. */
  list(owner: string): Promise<readonly LinkedAccount[]>
  /**
   * Adds it, and removes the one in whose place it comes together with that one's secret, in one step that survives a
   * power loss. False, and nothing done, when another process has been there first: the name or the address is taken
   * by now, or the one to be replaced is gone.
   */
  add(account: LinkedAccount, adding: Adding): Promise<boolean>
  /** Removes it and its secret in one step that survives a power loss; false when it was gone already. */
  remove(account: Sealed): Promise<boolean>
  /** Makes this one the default from `now` on; without an id no linked account is it. False when it is gone. */
  setDefault(
    whose: Pick<LinkedAccount, 'owner' | 'connector'>,
    id: string | undefined,
    now: number,
  ): Promise<boolean>
  /** Marks it as refused by its upstream since then, or takes the mark away. A mark that is there stays as it is. */
  setRefused(id: string, since: number | undefined): Promise<void>
}

/** Where the vault has the account's secret: the JSON of its connector's variables. */
export function secretOf({ id, owner, connector }: Pick<LinkedAccount, 'id' | 'owner' | 'connector'>): Place {
  return { owner, kind: `${connector}-account`, name: id }
}
