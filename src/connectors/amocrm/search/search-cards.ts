import { type Card, readCard } from '../cards/read-card.ts'
import { parseRef } from '../cards/ref.ts'
import { getLead } from '../client/leads.ts'
import { findCompanies } from '../companies/find-companies.ts'
import type { Naming } from '../names/naming.ts'
import { type AskedPerson, readAskedPerson } from '../people/asked-person.ts'
import { findContacts } from '../people/find-contacts.ts'
import type { Work } from '../work.ts'
import { searchByWords } from './by-words.ts'
import { linkedDeals } from './linked-deals.ts'

const MOST_HITS = 20

/** Contacts, companies and deals by words, a phone, an e-mail, a ref or a card's address; best first. */
export async function searchCards(work: Work, query: string, naming: Naming): Promise<Card[]> {
  const ref = parseRef(query, work.client.baseUrl)
  if (ref) return [await readCard(work, ref)]
  const asked = readAskedPerson(query)
  const byReach = asked.by === 'name' ? [] : await searchByReach(work, query, naming)
  const isOfReach = byReach.length > 0 || asked.by === 'email'
  const hits = isOfReach ? byReach : await searchByText(work, query, asked, naming)
  return hits.slice(0, MOST_HITS)
}

/**
 * Digits that are nobody's phone may be the number of a deal, a contract or a taxpayer. A long one says it all, and
 * the words around it («ИНН 7701234567») only say what it is.
 */
async function searchByText(
  work: Work,
  query: string,
  asked: AskedPerson,
  naming: Naming,
): Promise<readonly Card[]> {
  const digits = asked.by === 'phone' ? asked.phone.replace(/\D/g, '') : ''
  if (digits.length >= 10) return searchByWords(work, digits, naming)
  return [...(await dealByNumber(work, query)), ...(await searchByWords(work, query, naming))]
}

async function dealByNumber({ client, signal }: Work, query: string): Promise<Card[]> {
  const ref = parseRef(query, client.baseUrl, 'lead')
  const card = ref && (await getLead(client, ref.id, { with: ['contacts'], signal }))
  return card && !card.is_deleted ? [{ kind: 'lead', card }] : []
}

/** By phone or e-mail: whose it is, then their deals. */
async function searchByReach(work: Work, query: string, naming: Naming): Promise<Card[]> {
  const [{ contacts }, companies] = await Promise.all([
    findContacts(work, query, naming.country),
    findCompanies(work, query, naming.country),
  ])
  const owners: Card[] = [
    ...contacts.map((card) => ({ kind: 'contact' as const, card })),
    ...companies.map((card) => ({ kind: 'company' as const, card })),
  ]
  const deals = await linkedDeals(work, owners, naming)
  return [...owners, ...deals.map(({ deal }) => deal)]
}
