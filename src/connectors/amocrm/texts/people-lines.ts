import { readByIds } from '../cards/by-ids.ts'
import { clip } from '../cards/clip.ts'
import { formatRef } from '../cards/ref.ts'
import { type Company, getCompany } from '../client/companies.ts'
import { type Contact, getContact, listContacts } from '../client/contacts.ts'
import type { Naming } from '../names/naming.ts'
import { emailsOf, phonesOf } from '../people/contact-points.ts'
import type { Work } from '../work.ts'
import { andMore } from './and-more.ts'

const MOST_LINES = 15

/** The contacts with these ids, one a line, with the ways to reach them; in the order given. */
export async function contactLines(
  { client, signal }: Work,
  contacts: readonly { readonly id: number }[],
  naming: Naming,
): Promise<string[]> {
  const ids = contacts.map(({ id }) => id)
  const wanted = ids.slice(0, MOST_LINES)
  const { cards } = await readByIds(wanted, {
    list: (id) => listContacts(client, { filter: { id }, limit: 250, signal }),
    get: (id) => getContact(client, id, { signal }),
  })
  const lines = wanted.flatMap((id) => {
    const contact = cards.get(id)
    return contact ? [personLine('contact', contact, naming)] : []
  })
  return [...lines, ...andMore(ids.length - wanted.length, ['контакт', 'контакта', 'контактов'])]
}

/** The company with the first of these ids. */
export async function companyLine(
  { client, signal }: Work,
  [first]: readonly { readonly id: number }[],
  naming: Naming,
): Promise<string | undefined> {
  const company = first && (await getCompany(client, first.id, { signal }))
  return company && personLine('company', company, naming)
}

function personLine(kind: 'contact' | 'company', card: Contact | Company, naming: Naming): string {
  const name = clip(card.name, 120) || 'без имени'
  const reach = [...phonesOf(card, naming.country), ...emailsOf(card)].join(', ')
  return `${name}${reach === '' ? '' : `, ${reach}`} (${formatRef({ kind, id: card.id })})`
}
