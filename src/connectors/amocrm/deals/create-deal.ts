import { createLeadsComplex } from '../client/complex.ts'
import type { ContactChange } from '../client/contacts.ts'
import { createLeads } from '../client/leads.ts'
import type { MatchedContact } from '../people/match-contact.ts'
import type { Work } from '../work.ts'
import type { DealPlan } from './plan-deal.ts'

export interface CreatedDeal {
  readonly id: number
  readonly contactId: number | undefined
  /** amoCRM's own duplicate control put it into a deal that was there. */
  readonly merged: boolean
}

/** Makes the deal in one call, together with its contact when that is new: either both are there or neither. */
export function createDeal(
  work: Work,
  deal: DealPlan,
  contact: MatchedContact | undefined,
): Promise<CreatedDeal> {
  return contact && 'missing' in contact
    ? createWithContact(work, deal, contact.missing)
    : createAlone(work, deal, contact?.found.id)
}

async function createAlone(
  { client, signal }: Work,
  deal: DealPlan,
  contactId: number | undefined,
): Promise<CreatedDeal> {
  const links = contactId === undefined ? {} : { _embedded: { contacts: [{ id: contactId, is_main: true }] } }
  const [id] = await createLeads(client, [{ ...deal, ...links }], { signal })
  if (id === undefined) throw nothingCameBack()
  return { id, contactId, merged: false }
}

async function createWithContact(
  { client, signal }: Work,
  deal: DealPlan,
  missing: ContactChange,
): Promise<CreatedDeal> {
  const person = { ...missing, responsible_user_id: deal.responsible_user_id }
  const [row] = await createLeadsComplex(client, [{ ...deal, _embedded: { contacts: [person] } }], { signal })
  if (row === undefined) throw nothingCameBack()
  return { id: row.id, contactId: row.contact_id ?? undefined, merged: row.merged }
}

function nothingCameBack(): Error {
  return new Error('One deal was asked for and none came back.')
}
