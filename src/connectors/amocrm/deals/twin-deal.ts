import type { Lead } from '../client/leads.ts'
import type { Naming } from '../names/naming.ts'
import type { Work } from '../work.ts'
import type { DealPlan } from './plan-deal.ts'
import { isOpen, readDeals } from './read-deals.ts'

/** The open deal that a new one would double: of the same contact in the same pipeline. */
export async function findTwinDeal(work: Work, plan: DealPlan, naming: Naming): Promise<Lead | undefined> {
  if (!plan.contact || !('found' in plan.contact)) return undefined
  const ids = (plan.contact.found._embedded.leads ?? []).map(({ id }) => id)
  const { deals } = await readDeals(work, ids)
  return deals.find((deal) => deal.pipeline_id === plan.deal.pipeline_id && isOpen(deal, naming))
}
