import { type Company, listCompanies } from '../client/companies.ts'
import { readAskedPerson } from '../people/asked-person.ts'
import { phoneQueries } from '../people/phone.ts'
import { hasEmail, hasPhone } from '../people/reach.ts'
import type { Work } from '../work.ts'

/** Companies by phone in any form or by e-mail, verified on the field; the latest changed first. */
export async function findCompanies(
  { client, signal }: Work,
  query: string,
  country: string,
): Promise<Company[]> {
  const asked = readAskedPerson(query)
  if (asked.by === 'name') return []
  const queries = asked.by === 'phone' ? phoneQueries(asked.phone) : [asked.email]
  const pages = await Promise.all(
    queries.map((text) => listCompanies(client, { query: text, with: ['leads'], limit: 250, signal })),
  )
  const isAsked = (company: Company) =>
    asked.by === 'phone' ? hasPhone(company, asked.phone, country) : hasEmail(company, asked.email)
  const found = new Map(pages.flatMap(({ items }) => items).map((company) => [company.id, company]))
  return [...found.values()]
    .filter((company) => !company.is_deleted && isAsked(company))
    .sort((left, right) => right.updated_at - left.updated_at || right.id - left.id)
}
