import type { Filters } from '../http/filters.ts'
import type { Issue } from '../http/problem.ts'
import type { Card, CardType } from '../records.ts'
import type { Account } from '../state.ts'
import type { Item, Rules } from '../validation.ts'

/** Who makes a change and when. */
export interface Stamp {
  readonly by: number
  /** Unix seconds. */
  readonly at: number
}

/** What differs between deals, contacts and companies; everything else is written once. */
export interface CardKind<T extends Card> {
  readonly type: CardType
  readonly rules: Rules
  readonly filters: Filters<T>
  /** What `order[…]` may name besides nothing. */
  readonly orders: Readonly<Record<string, (card: T) => number>>
  /** Update replies carry the name. */
  readonly repliesWithName: boolean
  cards(account: Account): Map<number, T>
  /** Rules between keys; `current` is the card that would change. */
  check(item: Item, account: Account, current: T | undefined): Issue[]
  make(base: Card, item: Item, account: Account, stamp: Stamp): T
  /** Own keys only; records what it changes. */
  change(card: T, item: Item, account: Account, stamp: Stamp): void
  /** Own keys only. */
  view(card: T, wanted: ReadonlySet<string>): object
  /** Own parts of `_embedded`, as far as `with` asks for them. */
  embed(card: T, account: Account, wanted: ReadonlySet<string>): object
}
