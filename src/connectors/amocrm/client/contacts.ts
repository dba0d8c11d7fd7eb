import { z } from 'zod'
import type { AmocrmClient, CallOptions } from './client.ts'
import { type CardFilter, matches } from './filter.ts'
import type { Page, PageOptions } from './page.ts'
import { path } from './path.ts'
import { readOne, readPage } from './read.ts'
import { type CardChange, fieldValues, flag, listOf, moment, reference, tag, text, userId } from './shapes.ts'
import { create, createdRow, type Updated, update, updateAll } from './write.ts'

const contact = z.object({
  id: z.number(),
  name: text,
  first_name: text,
  last_name: text,
  responsible_user_id: userId,
  created_by: userId,
  updated_by: userId,
  created_at: z.number(),
  updated_at: z.number(),
  closest_task_at: moment,
  is_deleted: flag,
  is_unsorted: flag,
  /** The phone and the e-mail are here, with the codes PHONE and EMAIL. */
  custom_fields_values: fieldValues,
  _embedded: z
    .object({
      tags: listOf(tag),
      companies: listOf(reference),
      /** Undefined unless asked for with `leads`. */
      leads: z.array(reference).optional(),
    })
    .prefault({}),
})
export type Contact = z.infer<typeof contact>

type ContactExtra = 'leads' | 'customers' | 'catalog_elements'

interface ContactList extends PageOptions {
  readonly with?: readonly ContactExtra[] | undefined
  /** Any text in any filled field (a phone: its last ten digits); a hit is a guess to be verified. */
  readonly query?: string | undefined
  readonly filter?: CardFilter | undefined
  readonly order?: { readonly [key in 'updated_at' | 'id']?: 'asc' | 'desc' } | undefined
}

/** `GET /contacts`. Rows that do not match the filter are dropped and said with `filterIgnored`. */
export function listContacts(
  client: AmocrmClient,
  { with: extras, query, order, filter, ...options }: ContactList = {},
): Promise<Page<Contact>> {
  return readPage(client, {
    path: path`/contacts`,
    key: 'contacts',
    item: contact,
    query: { with: extras, query, order },
    filter,
    matches: (row) => matches(row, filter ?? {}),
    ...options,
  })
}

/** `GET /contacts/{id}`. */
export function getContact(
  client: AmocrmClient,
  id: number,
  options: CallOptions & { with?: readonly ContactExtra[] | undefined } = {},
): Promise<Contact | undefined> {
  return readOne(client, { path: path`/contacts/${id}`, item: contact, ...options })
}

/** What may be written on a contact: the whole name, or its parts. */
export interface ContactChange extends CardChange {
  readonly first_name?: string | undefined
  readonly last_name?: string | undefined
}

/** `POST /contacts`: the new ids, in the order given. Looks for no duplicates. */
export async function createContacts(
  client: AmocrmClient,
  contacts: readonly ContactChange[],
  options: CallOptions = {},
): Promise<number[]> {
  const rows = await create(client, {
    path: path`/contacts`,
    key: 'contacts',
    items: contacts,
    item: createdRow,
    ...options,
  })
  return rows.map(({ id }) => id)
}

/** `PATCH /contacts/{id}`. */
export function updateContact(
  client: AmocrmClient,
  id: number,
  change: ContactChange,
  options: CallOptions = {},
): Promise<Updated> {
  return update(client, { path: path`/contacts/${id}`, change, ...options })
}

/** `PATCH /contacts`: one change for each id; 50 at a time is what amoCRM recommends. */
export function updateContacts(
  client: AmocrmClient,
  changes: readonly (ContactChange & { readonly id: number })[],
  options: CallOptions = {},
): Promise<Updated[]> {
  return updateAll(client, { path: path`/contacts`, key: 'contacts', changes, ...options })
}
