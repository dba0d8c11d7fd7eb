import { z } from 'zod'
import type { AmocrmClient, CallOptions } from './client.ts'
import { type CardFilter, matches } from './filter.ts'
import type { Page, PageOptions } from './page.ts'
import { path } from './path.ts'
import { readOne, readPage } from './read.ts'
import { type CardChange, fieldValues, flag, listOf, moment, reference, tag, text, userId } from './shapes.ts'
import { create, createdRow, type Updated, update } from './write.ts'

const company = z.object({
  id: z.number(),
  name: text,
  responsible_user_id: userId,
  created_by: userId,
  updated_by: userId,
  created_at: z.number(),
  updated_at: z.number(),
  closest_task_at: moment,
  is_deleted: flag,
  custom_fields_values: fieldValues,
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

interface CompanyList extends PageOptions {
  readonly with?: readonly CompanyExtra[] | undefined
  /** Any text in any filled field; a hit is a guess to be verified. */
  readonly query?: string | undefined
  readonly filter?: CardFilter | undefined
  readonly order?: { readonly [key in 'updated_at' | 'id']?: 'asc' | 'desc' } | undefined
}

/** `GET /companies`. Rows that do not match the filter are dropped and said with `filterIgnored`. */
export function listCompanies(
  client: AmocrmClient,
  { with: extras, query, order, filter, ...options }: CompanyList = {},
): Promise<Page<Company>> {
  return readPage(client, {
    path: path`/companies`,
    key: 'companies',
    item: company,
    query: { with: extras, query, order },
    filter,
    matches: (row) => matches(row, filter ?? {}),
    ...options,
  })
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
export async function createCompanies(
  client: AmocrmClient,
  companies: readonly CardChange[],
  options: CallOptions = {},
): Promise<number[]> {
  const rows = await create(client, {
    path: path`/companies`,
    key: 'companies',
    items: companies,
    item: createdRow,
    ...options,
  })
  return rows.map(({ id }) => id)
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
