import { z } from 'zod'
import type { AmocrmClient, CallOptions } from './client.ts'
import type { ContactChange } from './contacts.ts'
import { broken } from './errors.ts'
import type { LeadChange } from './leads.ts'
import { path } from './path.ts'
import { parseReply } from './reply.ts'
import type { CardChange } from './shapes.ts'
import { checkSize } from './write.ts'

const created = z.array(
  z.object({
    id: z.number(),
    contact_id: z.nullish(z.number()),
    company_id: z.nullish(z.number()),
    request_id: z.array(z.coerce.string()).nullish(),
    /** Duplicate control joined it to a lead that was there; the ids are that lead's. */
    merged: z.boolean().catch(false),
  }),
)
export type ComplexLead = z.infer<typeof created>[number]

/** A lead with one contact and one company, each new or known by its id; at most 40 custom fields each. */
export interface NewComplexLead extends LeadChange {
  readonly _embedded?: {
    readonly contacts?: readonly [ContactChange | { readonly id: number }]
    readonly companies?: readonly [CardChange | { readonly id: number }]
  }
}

/** `POST /leads/complex`: leads with their contact and company in one call, at most 50; in the order given. */
export async function createLeadsComplex(
  client: AmocrmClient,
  leads: readonly NewComplexLead[],
  options: CallOptions = {},
): Promise<ComplexLead[]> {
  if (leads.length === 0) return []
  checkSize(leads.length, 50)
  const body = leads.map((lead, index) => ({ ...lead, request_id: String(index) }))
  const json = await client.request({ method: 'POST', path: path`/leads/complex`, body, ...options })
  const rows = parseReply(created, json, 'POST')
  return leads.map((_, index) => {
    const row = rows.find(({ request_id }) => request_id?.includes(String(index)))
    if (!row) throw broken('amoCRM did not say what became of every lead.', { method: 'POST' }, {})
    return row
  })
}
