import { z } from 'zod'
import { cardUrl } from '../cards/url.ts'
import type { Lead } from '../client/leads.ts'
import type { Naming } from '../names/naming.ts'
import { dealRow, toDealRow } from './deal-row.ts'

/** A deal that a call has made or found. */
export const dealAnswer = dealRow.extend({
  id: z.number().describe('Deal id.'),
  currency: z.string().describe('ISO 4217.'),
  responsible: z.string().optional().describe('Manager.'),
  url: z.string().describe('Card.'),
})

type Deal = Pick<Lead, 'id' | 'name' | 'price' | 'pipeline_id' | 'status_id' | 'responsible_user_id'>

export function toDealAnswer(deal: Deal, naming: Naming, baseUrl: string): z.infer<typeof dealAnswer> {
  const responsible = naming.user(deal.responsible_user_id)
  return {
    ...toDealRow(deal, naming),
    id: deal.id,
    currency: naming.account.currency,
    ...(responsible !== undefined && { responsible }),
    url: cardUrl(baseUrl, { kind: 'lead', id: deal.id }),
  }
}
