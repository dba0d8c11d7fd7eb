import { cannotTell, madeSince } from '../cards/made-since.ts'
import type { Contact } from '../client/contacts.ts'
import { type Lead, listLeads } from '../client/leads.ts'
import { isSameText } from '../names/fold.ts'
import type { Naming } from '../names/naming.ts'
import {
  type AskedContact,
  isAskedContact,
  knownContact,
  type MatchedContact,
} from '../people/match-contact.ts'
import { readContact } from '../people/one-contact.ts'
import type { Work } from '../work.ts'
import { type AskedDeal, planDeal } from './plan-deal.ts'

export interface MadeDeal {
  readonly deal: Lead
  readonly contact: MatchedContact | undefined
  /** Of a contact that was made with the deal. */
  readonly contactId: number | undefined
}

/**
 * The deal that a call which was cut off has made; nothing when it surely made none.
 * @throws AppError `unverified` when there are several that may be it, or one like it that was changed since
 */
export async function findMadeDeal(
  work: Work,
  asked: AskedDeal & { readonly contact?: AskedContact | undefined },
  naming: Naming,
  since: number,
): Promise<MadeDeal | undefined> {
  const { client, signal } = work
  const userId = naming.account.current_user_id ?? 0
  const fresh = await madeSince(
    (window) => listLeads(client, { ...window, order: { id: 'desc' }, with: ['contacts'], signal }),
    { since, userId },
  )
  const namesakes = fresh.filter(({ name }) => isSameText(name, asked.name))
  if (namesakes.length === 0) return undefined
  const plan = await planDeal(work, asked, naming)
  const found: MadeDeal[] = []
  let isDoubtful = false
  for (const deal of namesakes) {
    const contact = await contactOf(work, deal, asked.contact, naming.country)
    if (asked.contact !== undefined && contact === undefined) continue
    const isAlone = asked.contact !== undefined || (deal._embedded.contacts ?? []).length === 0
    const isIt = isAlone && deal.price === plan.price && deal.pipeline_id === plan.pipeline_id
    // A person or a robot may have changed it meanwhile; what nobody has touched is another deal.
    if (!isIt) isDoubtful ||= deal.updated_at > deal.created_at
    else found.push({ deal, ...asContact(contact, deal, asked.contact, naming.country) })
  }
  const [made, ...others] = found
  if (others.length > 0 || (made === undefined && isDoubtful)) throw cannotTell()
  return made
}

async function contactOf(
  work: Work,
  deal: Lead,
  asked: AskedContact | undefined,
  country: string,
): Promise<Contact | undefined> {
  if (asked === undefined) return undefined
  for (const { id } of deal._embedded.contacts ?? []) {
    const contact = await readContact(work, id)
    if (await isAskedContact(work, contact, asked, country)) return contact
  }
  return undefined
}

/** A contact of the same second as the deal was made with it. */
function asContact(
  contact: Contact | undefined,
  deal: Lead,
  asked: AskedContact | undefined,
  country: string,
): Omit<MadeDeal, 'deal'> {
  if (contact === undefined || asked === undefined) return { contact: undefined, contactId: undefined }
  const isNew = asked.ref === undefined && contact.created_by === deal.created_by
  if (isNew && Math.abs(contact.created_at - deal.created_at) <= 1) {
    return { contact: { missing: { name: contact.name } }, contactId: contact.id }
  }
  return { contact: knownContact(contact, asked, country), contactId: undefined }
}
