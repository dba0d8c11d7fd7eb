import { type Company, getCompany } from '../client/companies.ts'
import type { Contact } from '../client/contacts.ts'
import { fieldsInWords } from '../fields/in-words.ts'
import type { Naming } from '../names/naming.ts'
import type { Work } from '../work.ts'
import { emailsOf, phonesOf } from './contact-points.ts'

/** Everything on a contact that can be edited, by the name a person calls it; empty values are left out. */
export async function contactInWords(
  work: Work,
  contact: Contact,
  naming: Naming,
): Promise<Map<string, string>> {
  const company = await companyOf(work, contact)
  const lines: [string, string | undefined][] = [
    ['name', contact.name],
    ['first_name', contact.first_name],
    ['last_name', contact.last_name],
    ['phones', phonesOf(contact, naming.country).join(', ')],
    ['emails', emailsOf(contact).join(', ')],
    ['company', company?.name],
    ['responsible', naming.user(contact.responsible_user_id)],
    ['tags', contact._embedded.tags.map(({ name }) => name).join(', ')],
    ...fieldsInWords(contact.custom_fields_values, naming.zone),
  ]
  return new Map(lines.flatMap(([key, value]) => (value ? [[key, value]] : [])))
}

export interface ChangeInWords {
  readonly field: string
  readonly before: string
  readonly after: string
}

/** What differs between two states, in the order of the card; nothing is an empty text. */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): ChangeInWords[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((field) => ({ field, before: before.get(field) ?? '', after: after.get(field) ?? '' }))
    .filter((change) => change.before !== change.after)
}

async function companyOf({ client, signal }: Work, contact: Contact): Promise<Company | undefined> {
  const [company] = contact._embedded.companies
  return company && getCompany(client, company.id, { signal })
}
