import { readByIds } from '../cards/by-ids.ts'
import { getLead, type Lead, listLeads } from '../client/leads.ts'
import type { Naming } from '../names/naming.ts'
import type { Work } from '../work.ts'

/** Deals by their ids, the newest first; `isComplete` is false when some could not be read. */
export function readDeals(work: Work, ids: readonly number[]): Promise<ReadDeals> {
  return readNewest(work, ids, {})
}

/** The newest of these deals that is the wanted one; all that the account gives are looked at. */
export async function findDeal(
  work: Work,
  ids: readonly number[],
  isWanted: (deal: Lead) => boolean,
): Promise<{ deal: Lead | undefined; isComplete: boolean }> {
  const isIt = (deal: Lead) => !deal.is_deleted && isWanted(deal)
  const { deals, isComplete } = await readNewest(work, ids, { mostAlone: MOST_DEALS, enough: isIt })
  return { deal: deals.find(isIt), isComplete }
}

interface ReadDeals {
  readonly deals: readonly Lead[]
  readonly isComplete: boolean
}

async function readNewest(
  { client, signal }: Work,
  ids: readonly number[],
  limits: Parameters<typeof readByIds<Lead>>[2],
): Promise<ReadDeals> {
  const newest = [...new Set(ids)].sort((left, right) => right - left)
  const wanted = newest.slice(0, MOST_DEALS)
  const readers = {
    list: (id: readonly number[]) =>
      listLeads(client, { filter: { id }, with: ['contacts'], limit: 250, signal }),
    get: (id: number) => getLead(client, id, { with: ['contacts'], signal }),
  }
  const { cards, isComplete } = await readByIds(wanted, readers, limits)
  const deals = wanted.flatMap((id) => cards.get(id) ?? []).filter((deal) => !deal.is_deleted)
  return { deals, isComplete: isComplete && newest.length <= MOST_DEALS }
}

const MOST_DEALS = 250

/** Neither won nor lost; an incoming deal that nobody has taken yet is open too. */
export function isOpen(deal: Lead, naming: Naming): boolean {
  const { kind } = naming.stage(deal.pipeline_id, deal.status_id)
  return kind === 'open' || kind === 'incoming'
}
