import type { CardRef } from '../links.ts'
import { entityOf, recordEvent } from '../log/record-event.ts'
import type { CardType } from '../records.ts'
import type { Account } from '../state.ts'
import type { Stamp } from './card-kind.ts'

/** Which cards can be linked at all. */
export function canLink(one: CardType, other: CardType): boolean {
  return one !== other
}

/**
 * Links two cards. A deal and a contact have one company each, so an older one gives way;
 * the first contact of a deal is its main one until `main` moves that.
 */
export function linkCards(account: Account, one: CardRef, other: CardRef, main: boolean, stamp: Stamp): void {
  const [holder, part] = orderOf(one) < orderOf(other) ? [one, other] : [other, one]
  const isNew = !account.links.has(holder, part)
  if (part.type === 'companies') {
    for (const { id } of account.links.of(holder, 'companies')) {
      if (id !== part.id) unlinkCards(account, holder, { type: 'companies', id }, stamp)
    }
  }
  const link = account.links.add(holder, part)
  if (holder.type === 'leads' && part.type === 'contacts') {
    const others = account.links.of(holder, 'contacts').filter(({ id }) => id !== part.id)
    if (main || !others.some((contact) => contact.main)) {
      for (const { id } of others) account.links.add(holder, { type: 'contacts', id }).main = false
      link.main = true
    }
  }
  if (isNew) recordBoth(account, holder, part, 'entity_linked', 'link', stamp)
}

/** Unlinks; when the main contact leaves, the next one takes its place. False when there was no link. */
export function unlinkCards(account: Account, one: CardRef, other: CardRef, stamp: Stamp): boolean {
  if (!account.links.remove(one, other)) return false
  const lead = [one, other].find((card) => card.type === 'leads')
  if (lead) {
    const contacts = account.links.of(lead, 'contacts')
    const [next] = contacts
    if (next && !contacts.some(({ main }) => main)) {
      account.links.add(lead, { type: 'contacts', id: next.id }).main = true
    }
  }
  recordBoth(account, one, other, 'entity_unlinked', 'unlink', stamp)
  return true
}

const orderOf = ({ type }: CardRef) => ['leads', 'contacts', 'companies'].indexOf(type)

function recordBoth(
  account: Account,
  one: CardRef,
  other: CardRef,
  type: string,
  key: 'link' | 'unlink',
  stamp: Stamp,
): void {
  for (const [card, far] of [
    [one, other],
    [other, one],
  ] as const) {
    recordEvent(account, {
      type,
      entity: entityOf[card.type],
      id: card.id,
      ...stamp,
      after: [{ [key]: { entity: { type: entityOf[far.type], id: far.id } } }],
    })
  }
}
