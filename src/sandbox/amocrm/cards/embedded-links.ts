import { type Issue, invalidType, notSupportedChoice } from '../http/problem.ts'
import type { CardType } from '../records.ts'
import { type Account, cardOf } from '../state.ts'
import { type Item, isItem, numberIn } from '../validation.ts'
import type { Stamp } from './card-kind.ts'
import { linkCards } from './linking.ts'

/** What `_embedded` of a new card may link it to. */
const linkable: Readonly<Record<CardType, readonly CardType[]>> = {
  leads: ['contacts', 'companies'],
  contacts: ['companies', 'leads'],
  companies: ['contacts', 'leads'],
}

export function checkEmbedded(type: CardType, item: Item, account: Account, path = ''): Issue[] {
  const { _embedded: embedded } = item
  if (embedded === undefined || embedded === null) return []
  if (!isItem(embedded)) return [invalidType(`${path}_embedded`, 'array')]
  return linkable[type].flatMap((to) => {
    const list = embedded[to]
    if (list === undefined || list === null) return []
    if (!Array.isArray(list)) return [invalidType(`${path}_embedded.${to}`, 'array')]
    return list.flatMap((entry: unknown, index) => {
      const known = isItem(entry) && cardOf(account, to, numberIn(entry, 'id') ?? 0)?.is_deleted === false
      return known ? [] : [notSupportedChoice(`${path}_embedded.${to}.${index}.id`)]
    })
  })
}

/** Links a new card to the cards that a checked `_embedded` names. */
export function linkEmbedded(account: Account, type: CardType, id: number, item: Item, stamp: Stamp): void {
  const { _embedded: embedded } = item
  if (!isItem(embedded)) return
  for (const to of linkable[type]) {
    const list = embedded[to]
    if (!Array.isArray(list)) continue
    for (const entry of list) {
      linkCards(
        account,
        { type, id },
        { type: to, id: numberIn(entry, 'id') ?? 0 },
        entry.is_main === true,
        stamp,
      )
    }
  }
}
