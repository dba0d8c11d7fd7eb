import { z } from 'zod'
import { type CardList, cardShape, listCards } from './cards.ts'
import type { AmocrmClient, CallOptions } from './client.ts'
import type { Page } from './page.ts'
import { path } from './path.ts'
import { readOne } from './read.ts'
import { type CardChange, flag, listOf, reference, tag, text } from './shapes.ts'
import { createIds, type Updated, update, updateAll } from './write.ts'

const contact = z.object({
  ...cardShape,
  first_name: text,
  last_name: text,
  is_unsorted: flag,
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

/** `GET /contacts`. Rows that do not match the filter are dropped and said with `filterIgnored`. */
export function listContacts(
  client: AmocrmClient,
  options: CardList<ContactExtra> = {},
): Promise<Page<Contact>> {
  return listCards(client, 'contacts', contact, options)
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
export function createContacts(
  client: AmocrmClient,
  contacts: readonly ContactChange[],
  options: CallOptions = {},
): Promise<number[]> {
  return createIds(client, { path: path`/contacts`, key: 'contacts', items: contacts, ...options })
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
