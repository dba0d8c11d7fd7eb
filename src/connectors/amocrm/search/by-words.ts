import type { Card } from '../cards/read-card.ts'
import { formatRef } from '../cards/ref.ts'
import { listCompanies } from '../client/companies.ts'
import { listContacts } from '../client/contacts.ts'
import { listLeads } from '../client/leads.ts'
import type { Naming } from '../names/naming.ts'
import type { Work } from '../work.ts'
import { cardWords } from './card-words.ts'
import { linkedDeals } from './linked-deals.ts'
import { isWholeName, kindOf, shareOfTerms, spellingsOf, termsOf } from './terms.ts'

/** Half of the asked letters on a card is a hit; less is chance. */
const ENOUGH = 0.5
/** Texts that amoCRM is asked for in one search; each is a call for every kind of card. */
const MOST_TEXTS = 4

/**
 * Cards of all kinds by words in any order and case, on the name or in any field, best first. amoCRM finds by one
 * piece of text at a time, so the most telling word is asked for and the rest is checked here. A deal is known by
 * its people too: it seldom has its client's name on it.
 */
export async function searchByWords(work: Work, query: string, naming: Naming): Promise<Card[]> {
  const terms = termsOf(query)
  const toHit = hitMaker(query, terms, naming)
  const hits = await directHits(work, terms, toHit)
  const reads = [...hits.values()].sort(compare).map(({ read }) => read)
  for (const { deal, owner } of await linkedDeals(work, reads, naming)) {
    hits.set(keyOf(deal), toHit(deal, owner))
  }
  const ranked = [...hits.values()].sort(compare)
  const least = ranked[0]?.share === 1 ? 1 : ENOUGH
  return ranked.filter(({ share }) => share >= least).map(({ read }) => read)
}

interface Hit {
  readonly read: Card
  /** The question is the card's whole name. */
  readonly isWhole: boolean
  /** It is of the kind that the question is about. */
  readonly isOfKind: boolean
  /** Of the asked letters, on the whole card and the name of whose it is. */
  readonly share: number
  /** The same, in the card's own name alone. */
  readonly named: number
}

function compare(left: Hit, right: Hit): number {
  const [newer, older] = [right.read.card.updated_at, left.read.card.updated_at]
  return (
    Number(right.isWhole) - Number(left.isWhole) ||
    right.share - left.share ||
    Number(right.isOfKind) - Number(left.isOfKind) ||
    right.named - left.named ||
    newer - older
  )
}

type ToHit = (read: Card, owner?: string) => Hit

function hitMaker(query: string, terms: readonly string[], naming: Naming): ToHit {
  const kind = kindOf(query)
  return (read, owner = '') => ({
    read,
    isWhole: isWholeName(query, read.card.name),
    isOfKind: read.kind === kind,
    named: shareOfTerms(terms, read.card.name),
    share: shareOfTerms(terms, `${owner} ${cardWords(read, naming)}`),
  })
}

async function directHits(work: Work, terms: readonly string[], toHit: ToHit): Promise<Map<string, Hit>> {
  const [first, ...others] = terms
  const hits = new Map<string, Hit>()
  if (first === undefined) return hits
  for (const text of [first, ...spellingsOf(first), ...others].slice(0, MOST_TEXTS)) {
    if ([...hits.values()].some(({ share }) => share === 1)) break
    for (const read of await searchAllKinds(work, text)) {
      const hit = toHit(read)
      if (hit.share > 0 && !read.card.is_deleted) hits.set(keyOf(read), hit)
    }
  }
  return hits
}

function keyOf({ kind, card }: Card): string {
  return formatRef({ kind, id: card.id })
}

async function searchAllKinds({ client, signal }: Work, query: string): Promise<Card[]> {
  const window = { query, limit: 250, signal }
  const [contacts, companies, leads] = await Promise.all([
    listContacts(client, { ...window, with: ['leads'] }),
    listCompanies(client, { ...window, with: ['contacts', 'leads'] }),
    listLeads(client, { ...window, with: ['contacts'] }),
  ])
  return [
    ...contacts.items.map((card) => ({ kind: 'contact' as const, card })),
    ...companies.items.map((card) => ({ kind: 'company' as const, card })),
    ...leads.items.map((card) => ({ kind: 'lead' as const, card })),
  ]
}
