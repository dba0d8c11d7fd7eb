import { AppError } from '../../../kernel/errors.ts'
import type { Lead } from '../client/leads.ts'
import type { Naming } from '../names/naming.ts'
import type { MatchedContact } from '../people/match-contact.ts'
import type { Work } from '../work.ts'
import { findDeal, isOpen } from './read-deals.ts'

/**
 * The open deal that a new one would double: of the same contact in the same pipeline.
 * @throws AppError `invalid_input` when the contact has more deals than can be looked at, and none of those is it.
 */
export async function findTwinDeal(
  work: Work,
  contact: MatchedContact | undefined,
  pipelineId: number,
  naming: Naming,
): Promise<Lead | undefined> {
  if (!contact || !('found' in contact)) return undefined
  const ids = (contact.found._embedded.leads ?? []).map(({ id }) => id)
  const isTwin = (deal: Lead) => deal.pipeline_id === pipelineId && isOpen(deal, naming)
  const { deal, isComplete } = await findDeal(work, ids, isTwin)
  if (deal || isComplete) return deal
  throw new AppError(
    'invalid_input',
    'The contact has too many deals to see whether one like this is open.',
    {
      hint: 'Ask the person to look at the card of the contact; to create the deal all the same, repeat the call with allow_duplicate: true.',
    },
  )
}
