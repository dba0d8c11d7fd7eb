import { type Card, readCard } from '../cards/read-card.ts'
import { parseRef } from '../cards/ref.ts'
import { getLead } from '../client/leads.ts'
import { findCompanies } from '../companies/find-companies.ts'
import type { Naming } from '../names/naming.ts'
import { readAskedPerson } from '../people/asked-person.ts'
import { findContacts } from '../people/find-contacts.ts'
import type { Work } from '../work.ts'
import { searchByWords } from './by-words.ts'
import { linkedDeals } from './linked-deals.ts'

const MOST_HITS = 20

/** Contacts, companies and deals by words, a phone, an e-mail, a ref or a card's address; best first. */
export async function searchCards(work: Work, query: string, naming: Naming): Promise<Card[]> {
  const ref = parseRef(query)
  if (ref) return [await readCard(work, ref)]
  const asked = readAskedPerson(query)
  const byReach = asked.by === 'name' ? [] : await searchByReach(work, query, naming)
  const isOfReach =
    byReach.length > 0 || asked.by === 'email' || (asked.by === 'phone' && isWhole(asked.phone))
  const hits = isOfReach
    ? byReach
    : [...(await dealByNumber(work, query)), ...(await searchByWords(work, query, naming))]
  return hits.slice(0, MOST_HITS)
}

/** Fewer digits may as well be the number of a contract, a flat or a deal. */
function isWhole(phone: string): boolean {
  return phone.replace(/\D/g, '').length >= 10
}

async function dealByNumber({ client, signal }: Work, query: string): Promise<Card[]> {
  const ref = parseRef(query, 'lead')
  const card = ref && (await getLead(client, ref.id, { with: ['contacts'], signal }))
  return card && !card.is_deleted ? [{ kind: 'lead', card }] : []
}

/** By phone or e-mail: whose it is, then their deals. */
async function searchByReach(work: Work, query: string, naming: Naming): Promise<Card[]> {
  const { contacts } = await findContacts(work, query, naming.country)
  const companies = await findCompanies(work, query, naming.country)
  const owners: Card[] = [
    ...contacts.map((card) => ({ kind: 'contact' as const, card })),
    ...companies.map((card) => ({ kind: 'company' as const, card })),
  ]
  const deals = await linkedDeals(work, owners, naming)
  return [...owners, ...deals.map(({ deal }) => deal)]
}
