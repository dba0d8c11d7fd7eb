import { createLeadsComplex } from '../client/complex.ts'
import { createLeads } from '../client/leads.ts'
import type { Work } from '../work.ts'
import type { DealPlan } from './plan-deal.ts'

export interface CreatedDeal {
  readonly id: number
  readonly contactId: number | undefined
  /** amoCRM's own duplicate control put it into a deal that was there. */
  readonly merged: boolean
}

/** Makes the deal in one call, together with its contact when that is new: either both are there or neither. */
export async function createDeal(work: Work, plan: DealPlan): Promise<CreatedDeal> {
  return plan.contact && 'missing' in plan.contact ? createWithContact(work, plan) : createAlone(work, plan)
}

async function createAlone({ client, signal }: Work, { deal, contact }: DealPlan): Promise<CreatedDeal> {
  const contactId = contact && 'found' in contact ? contact.found.id : undefined
  const links = contactId === undefined ? {} : { _embedded: { contacts: [{ id: contactId, is_main: true }] } }
  const [id] = await createLeads(client, [{ ...deal, ...links }], { signal })
  if (id === undefined) throw nothingCameBack()
  return { id, contactId, merged: false }
}

async function createWithContact(
  { client, signal }: Work,
  { deal, contact }: DealPlan,
): Promise<CreatedDeal> {
  const missing = contact && 'missing' in contact ? contact.missing : {}
  const person = { ...missing, responsible_user_id: deal.responsible_user_id }
  const [row] = await createLeadsComplex(client, [{ ...deal, _embedded: { contacts: [person] } }], { signal })
  if (row === undefined) throw nothingCameBack()
  return { id: row.id, contactId: row.contact_id ?? undefined, merged: row.merged }
}

function nothingCameBack(): Error {
  return new Error('One deal was asked for and none came back.')
}
