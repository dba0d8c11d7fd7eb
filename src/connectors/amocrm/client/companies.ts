import { z } from 'zod'
import { type CardList, cardShape, listCards } from './cards.ts'
import type { AmocrmClient, CallOptions } from './client.ts'
import type { Page } from './page.ts'
import { path } from './path.ts'
import { readOne } from './read.ts'
import { type CardChange, listOf, reference, tag } from './shapes.ts'
import { createIds, type Updated, update } from './write.ts'

const company = z.object({
  ...cardShape,
  _embedded: z
    .object({
      tags: listOf(tag),
      /** Undefined unless asked for. */
      contacts: z.array(reference).optional(),
      leads: z.array(reference).optional(),
    })
    .prefault({}),
})
export type Company = z.infer<typeof company>

type CompanyExtra = 'contacts' | 'leads' | 'customers' | 'catalog_elements'

/** `GET /companies`. Rows that do not match the filter are dropped and said with `filterIgnored`. */
export function listCompanies(
  client: AmocrmClient,
  options: CardList<CompanyExtra> = {},
): Promise<Page<Company>> {
  return listCards(client, 'companies', company, options)
}

/** `GET /companies/{id}`. */
export function getCompany(
  client: AmocrmClient,
  id: number,
  options: CallOptions & { with?: readonly CompanyExtra[] | undefined } = {},
): Promise<Company | undefined> {
  return readOne(client, { path: path`/companies/${id}`, item: company, ...options })
}

/** `POST /companies`: the new ids, in the order given. */
export function createCompanies(
  client: AmocrmClient,
  companies: readonly CardChange[],
  options: CallOptions = {},
): Promise<number[]> {
  return createIds(client, { path: path`/companies`, key: 'companies', items: companies, ...options })
}

/** `PATCH /companies/{id}`. */
export function updateCompany(
  client: AmocrmClient,
  id: number,
  change: CardChange,
  options: CallOptions = {},
): Promise<Updated> {
  return update(client, { path: path`/companies/${id}`, change, ...options })
}
