import { z } from 'zod'
import { clip } from '../cards/clip.ts'
import { formatRef } from '../cards/ref.ts'
import type { Lead } from '../client/leads.ts'
import type { Naming } from '../names/naming.ts'

/** A deal in one line of an answer. */
export const dealRow = z.object({
  ref: z.string().describe('lead:<id>'),
  name: z.string().describe('Name.'),
  price: z.number().describe('In account currency.'),
  stage: z.string().describe('Stage.'),
  pipeline: z.string().describe('Pipeline.'),
})

type Deal = Pick<Lead, 'id' | 'name' | 'price' | 'pipeline_id' | 'status_id'>

export function toDealRow(deal: Deal, naming: Naming): z.infer<typeof dealRow> {
  const { stage, pipeline } = naming.stage(deal.pipeline_id, deal.status_id)
  return {
    ref: formatRef({ kind: 'lead', id: deal.id }),
    name: clip(deal.name, 120),
    price: deal.price,
    stage,
    pipeline,
  }
}
