import { readByIds } from '../cards/by-ids.ts'
import { getLead, type Lead, listLeads } from '../client/leads.ts'
import type { Naming } from '../names/naming.ts'
import type { Work } from '../work.ts'

/** Deals by their ids, the newest first; `isComplete` is false when some could not be read. */
export async function readDeals(
  { client, signal }: Work,
  ids: readonly number[],
): Promise<{ deals: readonly Lead[]; isComplete: boolean }> {
  const newest = [...new Set(ids)].sort((left, right) => right - left)
  const wanted = newest.slice(0, MOST_DEALS)
  const { cards, isComplete } = await readByIds(wanted, {
    list: (id) => listLeads(client, { filter: { id }, with: ['contacts'], limit: 250, signal }),
    get: (id) => getLead(client, id, { with: ['contacts'], signal }),
  })
  const deals = wanted.flatMap((id) => cards.get(id) ?? []).filter((deal) => !deal.is_deleted)
  return { deals, isComplete: isComplete && newest.length <= MOST_DEALS }
}

const MOST_DEALS = 250

/** Neither won nor lost; an incoming deal that nobody has taken yet is open too. */
export function isOpen(deal: Lead, naming: Naming): boolean {
  const { kind } = naming.stage(deal.pipeline_id, deal.status_id)
  return kind === 'open' || kind === 'incoming'
}
