import type { Card } from '../cards/read-card.ts'
import { isOpen, readDeals } from '../deals/read-deals.ts'
import type { Naming } from '../names/naming.ts'
import type { Work } from '../work.ts'

/** People and companies whose deals are looked at. */
const MOST_OWNERS = 10

interface LinkedDeal {
  readonly deal: Card
  /** The name of the person or company it was found by. */
  readonly owner: string
}

/** The deals of the first people and companies among the hits; open ones first. */
export async function linkedDeals(work: Work, hits: readonly Card[], naming: Naming): Promise<LinkedDeal[]> {
  const owners = new Map<number, string>()
  for (const read of hits.filter(({ kind }) => kind !== 'lead').slice(0, MOST_OWNERS)) {
    for (const id of dealIds(read)) owners.set(id, `${owners.get(id) ?? ''} ${read.card.name}`)
  }
  const { deals } = await readDeals(work, [...owners.keys()])
  return deals
    .toSorted((left, right) => Number(isOpen(right, naming)) - Number(isOpen(left, naming)))
    .map((card) => ({ deal: { kind: 'lead', card }, owner: owners.get(card.id) ?? '' }))
}

function dealIds(read: Card): number[] {
  return read.kind === 'lead' ? [] : (read.card._embedded.leads ?? []).map(({ id }) => id)
}
