import type { CardType } from './records.ts'

export interface CardRef {
  readonly type: CardType
  readonly id: number
}

/** A link has no direction; `main` says that the contact is the main one of the lead. */
interface Link {
  readonly one: CardRef
  readonly other: CardRef
  main: boolean
}

/** Who is linked to whom, found from either side. */
export interface LinkStore {
  /** Cards of `type` linked to the card, oldest link first. */
  of(card: CardRef, type: CardType): { id: number; main: boolean }[]
  has(one: CardRef, other: CardRef): boolean
  /** Adds the link, or returns the one that exists. */
  add(one: CardRef, other: CardRef): Link
  remove(one: CardRef, other: CardRef): boolean
}

export function linkStore(): LinkStore {
  const byCard = new Map<string, Map<string, Link>>()
  const sideOf = (card: CardRef) => {
    const found = byCard.get(keyOf(card))
    if (found) return found
    const made = new Map<string, Link>()
    byCard.set(keyOf(card), made)
    return made
  }
  return {
    of(card, type) {
      return [...(byCard.get(keyOf(card))?.values() ?? [])].flatMap(({ one, other, main }) => {
        const far = one.type === card.type && one.id === card.id ? other : one
        return far.type === type ? [{ id: far.id, main }] : []
      })
    },
    has: (one, other) => byCard.get(keyOf(one))?.has(keyOf(other)) ?? false,
    add(one, other) {
      const found = sideOf(one).get(keyOf(other))
      if (found) return found
      const link: Link = { one, other, main: false }
      sideOf(one).set(keyOf(other), link)
      sideOf(other).set(keyOf(one), link)
      return link
    },
    remove(one, other) {
      sideOf(other).delete(keyOf(one))
      return sideOf(one).delete(keyOf(other))
    },
  }
}

const keyOf = ({ type, id }: CardRef) => `${type}:${id}`
