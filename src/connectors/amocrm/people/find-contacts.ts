import { type Contact, listContacts } from '../client/contacts.ts'
import { fold, isSameText, stem, words } from '../names/fold.ts'
import type { Work } from '../work.ts'
import { type AskedPerson, readAskedPerson } from './asked-person.ts'
import { nameQueries } from './name-queries.ts'
import { phoneQueries } from './phone.ts'
import { hasEmail, hasPhone } from './reach.ts'

export interface FoundContacts {
  /** Verified ones only, the closest and then the latest changed first; each with the ids of its deals. */
  readonly contacts: readonly Contact[]
  readonly matchedOn: AskedPerson['by']
  /** How many cards amoCRM gave to be verified. */
  readonly scanned: number
  /** There was more than is read at most. */
  readonly partial: boolean
}

/**
 * Contacts by phone in any form, by e-mail, or by the words of a name. amoCRM's `query` looks into every field, so
 * a hit counts only when the phone, the e-mail or the name itself holds what was asked.
 */
export async function findContacts(work: Work, query: string, country: string): Promise<FoundContacts> {
  const asked = readAskedPerson(query)
  switch (asked.by) {
    case 'phone':
      return findByPhone(work, asked.phone, country)
    case 'email':
      return scan(work, [asked.email], 'email', (contact) => hasEmail(contact, asked.email))
    case 'name':
      return findByName(work, asked.name)
  }
}

/** A few digits that no phone ends with may be a part of a name: «Квартира 1204». */
async function findByPhone(work: Work, phone: string, country: string): Promise<FoundContacts> {
  const found = await scan(work, phoneQueries(phone), 'phone', (contact) => hasPhone(contact, phone, country))
  const isPart = phone.replace(/\D/g, '').length < 10
  if (found.contacts.length > 0 || !isPart) return found
  const byName = await findByName(work, phone)
  return byName.contacts.length > 0 ? byName : found
}

async function findByName(work: Work, name: string): Promise<FoundContacts> {
  const [asTyped, byRoot] = nameQueries(name)
  const first = await scan(work, asTyped, 'name', hasName(name))
  const found = first.contacts.length > 0 ? first : await scan(work, byRoot, 'name', hasName(name))
  const exact = fold(name)
  const rank = (contact: Contact) => (fold(contact.name) === exact ? 0 : 1)
  return { ...found, contacts: found.contacts.toSorted((left, right) => rank(left) - rank(right)) }
}

type Check = (contact: Contact) => boolean

/**
 * Every asked word begins a word of the name, or is one in another case; the order is free. A name of signs alone
 * is compared as it is.
 */
function hasName(name: string): Check {
  const asked = words(name).map((word) => ({ word, root: stem(word) }))
  if (asked.length === 0) return (contact) => isSameText(contact.name, name)
  return (contact) => {
    const names = [contact.name, contact.first_name, contact.last_name].map((each) => each.slice(0, LONGEST))
    const have = words(names.join(' ')).map((word) => ({ word, root: stem(word) }))
    return asked.every(({ word, root }) =>
      have.some((part) => part.word.startsWith(word) || part.root === root),
    )
  }
}

/** More letters than amoCRM keeps of a name. */
const LONGEST = 500

const MOST_PAGES = 4

async function scan(
  { client, signal }: Work,
  queries: readonly string[],
  matchedOn: AskedPerson['by'],
  check: Check,
): Promise<FoundContacts> {
  const readings = await Promise.all(
    queries.map(async (query) => {
      const items: Contact[] = []
      let hasMore = true
      for (let page = 1; hasMore && page <= MOST_PAGES; page++) {
        const rows = await listContacts(client, { query, with: ['leads'], limit: 250, page, signal })
        items.push(...rows.items)
        hasMore = rows.hasMore
      }
      return { items, hasMore }
    }),
  )
  const seen = new Map(readings.flatMap(({ items }) => items).map((contact) => [contact.id, contact]))
  const partial = readings.some(({ hasMore }) => hasMore)
  const contacts = [...seen.values()]
    .filter((contact) => !contact.is_deleted && check(contact))
    .sort((left, right) => right.updated_at - left.updated_at || right.id - left.id)
  return { contacts, matchedOn, scanned: seen.size, partial }
}
