import { z } from 'zod'
import { AppError } from '../../../kernel/errors.ts'
import { readByIds } from '../cards/by-ids.ts'
import { clip } from '../cards/clip.ts'
import { formatRef } from '../cards/ref.ts'
import { cardUrl } from '../cards/url.ts'
import { getCompany, listCompanies } from '../client/companies.ts'
import type { Contact } from '../client/contacts.ts'
import type { Lead } from '../client/leads.ts'
import { dealRow, toDealRow } from '../deals/deal-row.ts'
import { isOpen, readDeals } from '../deals/read-deals.ts'
import { tool } from '../define.ts'
import { loadNaming, type Naming } from '../names/naming.ts'
import { emailsOf, phonesOf } from '../people/contact-points.ts'
import { findContacts } from '../people/find-contacts.ts'
import { shortText } from '../short-text.ts'
import { isoInZone } from '../time/zone.ts'
import type { Work } from '../work.ts'

const MOST_DEALS_SHOWN = 3

export default tool({
  name: 'amocrm_search_contacts',
  title: 'Find amoCRM contacts',
  description:
    'Find people by phone (any form), e-mail or name, with company and open deals. Phone and e-mail hits are verified on the field. Nobody found gives an empty list.',
  toolset: 'amocrm',
  access: 'read',
  aliases: ['search_contacts', 'get_contacts'],
  input: z.object({
    query: z.string().trim().min(1).max(200).describe('Phone, e-mail or name.'),
    limit: z.int().min(1).max(50).default(10).describe('Rows.'),
    cursor: shortText.optional().describe('next_cursor of the last answer.'),
  }),
  output: z.object({
    found: z.number().describe('Matches.'),
    scanned: z.number().describe('Cards checked.'),
    partial: z.boolean().describe('Not all were checked.'),
    matched_on: z.enum(['phone', 'email', 'name']).describe('How the query was read.'),
    contacts: z
      .array(
        z.object({
          ref: z.string().describe('contact:<id>'),
          name: z.string().describe('May be empty.'),
          phones: z.array(z.string()).describe('E.164.'),
          emails: z.array(z.string()).describe('E-mails.'),
          company: z.string().optional().describe('Company.'),
          responsible: z.string().optional().describe('Manager.'),
          open_deals: z.array(dealRow).describe(`Newest ${MOST_DEALS_SHOWN}.`),
          open_deals_count: z.number().describe('All of them.'),
          last_activity: z.string().describe('Card or open deals.'),
          url: z.string().describe('Card.'),
        }),
      )
      .describe('Best first.'),
    next_cursor: shortText.optional().describe('There is more.'),
    note: z.string().optional().describe('Worth knowing.'),
  }),
  async run({ query, limit, cursor }, work) {
    const naming = await loadNaming(work)
    const start = readCursor(cursor)
    const found = await findContacts(work, query, naming.country)
    const shown = found.contacts.slice(start, start + limit)
    const companies = await companyNames(work, shown)
    const { deals, isComplete } = await readDeals(work, shown.flatMap(dealIds))
    const open = deals.filter((deal) => isOpen(deal, naming))
    const next = start + limit
    const note = noteOn(found.contacts.length, found.matchedOn, isComplete)
    return {
      found: found.contacts.length,
      scanned: found.scanned,
      partial: found.partial || !isComplete,
      matched_on: found.matchedOn,
      contacts: shown.map((contact) => row(contact, open, companies, naming, work.client.baseUrl)),
      ...(next < found.contacts.length && { next_cursor: String(next) }),
      ...(note !== undefined && { note }),
    }
  },
})

function row(
  contact: Contact,
  openDeals: readonly Lead[],
  companies: ReadonlyMap<number, string>,
  naming: Naming,
  baseUrl: string,
) {
  const ref = { kind: 'contact', id: contact.id } as const
  const ids = new Set(dealIds(contact))
  const deals = openDeals.filter(({ id }) => ids.has(id))
  const company = contact._embedded.companies.map(({ id }) => companies.get(id)).find(Boolean)
  const responsible = naming.user(contact.responsible_user_id)
  const activity = Math.max(contact.updated_at, ...deals.map((deal) => deal.updated_at))
  return {
    ref: formatRef(ref),
    name: clip(contact.name, 120),
    phones: phonesOf(contact, naming.country),
    emails: emailsOf(contact),
    ...(company !== undefined && { company }),
    ...(responsible !== undefined && { responsible }),
    open_deals: deals.slice(0, MOST_DEALS_SHOWN).map((deal) => toDealRow(deal, naming)),
    open_deals_count: deals.length,
    last_activity: isoInZone(activity, naming.zone),
    url: cardUrl(baseUrl, ref),
  }
}

function dealIds(contact: Contact): number[] {
  return (contact._embedded.leads ?? []).map(({ id }) => id)
}

async function companyNames(
  { client, signal }: Work,
  contacts: readonly Contact[],
): Promise<ReadonlyMap<number, string>> {
  const ids = contacts.flatMap(({ _embedded }) => _embedded.companies.map(({ id }) => id))
  const { cards } = await readByIds(ids, {
    list: (id) => listCompanies(client, { filter: { id }, limit: 250, signal }),
    get: (id) => getCompany(client, id, { signal }),
  })
  return new Map([...cards.values()].map(({ id, name }) => [id, clip(name, 120)]))
}

function noteOn(
  count: number,
  matchedOn: 'phone' | 'email' | 'name',
  isComplete: boolean,
): string | undefined {
  if (!isComplete) return 'Some of the deals could not be read, so counts of open deals may be too low.'
  if (count > 0) return undefined
  return matchedOn === 'name' ? 'Nobody has these words in the name.' : `No contact has this ${matchedOn}.`
}

function readCursor(cursor: string | undefined): number {
  if (cursor === undefined || cursor === '') return 0
  if (/^\d{1,6}$/.test(cursor)) return Number(cursor)
  throw new AppError('invalid_input', 'This cursor is not from an answer of this tool.', {
    hint: 'Call without a cursor to start from the beginning.',
  })
}
