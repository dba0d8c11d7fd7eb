import { AppError } from '../../../kernel/errors.ts'
import { type Company, getCompany } from '../client/companies.ts'
import { type Contact, getContact } from '../client/contacts.ts'
import { getLead, type Lead } from '../client/leads.ts'
import type { Work } from '../work.ts'
import type { CardRef } from './ref.ts'

export type Card =
  | { readonly kind: 'lead'; readonly card: Lead }
  | { readonly kind: 'contact'; readonly card: Contact }
  | { readonly kind: 'company'; readonly card: Company }

/** @throws AppError `not_found` when there is no such card, or it is in the recycle bin. */
export async function readCard(work: Work, ref: CardRef): Promise<Card> {
  const read = await READERS[ref.kind](work, ref.id)
  if (read && !read.card.is_deleted) return read
  throw new AppError('not_found', 'There is no such card in amoCRM.', {
    hint: 'It may have been deleted or merged: look for it with search or amocrm_search_contacts.',
  })
}

type Reader = (work: Work, id: number) => Promise<Card | undefined>

const READERS: Record<CardRef['kind'], Reader> = {
  async lead({ client, signal }, id) {
    const card = await getLead(client, id, { with: ['contacts', 'loss_reason'], signal })
    return card && { kind: 'lead', card }
  },
  async contact({ client, signal }, id) {
    const card = await getContact(client, id, { with: ['leads'], signal })
    return card && { kind: 'contact', card }
  },
  async company({ client, signal }, id) {
    const card = await getCompany(client, id, { with: ['contacts', 'leads'], signal })
    return card && { kind: 'company', card }
  },
}

/** What amoCRM calls the kinds in paths and links. */
export const ENTITY = { lead: 'leads', contact: 'contacts', company: 'companies' } as const
