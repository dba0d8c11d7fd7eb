import { z } from 'zod'
import { type CardList, cardShape, listCards } from './cards.ts'
import type { AmocrmClient, CallOptions } from './client.ts'
import type { LeadFilter } from './filter.ts'
import type { Page } from './page.ts'
import { path } from './path.ts'
import { readOne } from './read.ts'
import { type CardChange, flag, listOf, moment, reference, tag, text } from './shapes.ts'
import { createIds, type Updated, update, updateAll } from './write.ts'

const lead = z.object({
  ...cardShape,
  /** In the account's currency. */
  price: z.nullish(z.number()).transform((value) => value ?? 0),
  pipeline_id: z.number(),
  status_id: z.number(),
  loss_reason_id: z.nullish(z.number()),
  closed_at: moment,
  score: z.nullish(z.number()),
  _embedded: z
    .object({
      tags: listOf(tag),
      companies: listOf(reference),
      /** Undefined unless asked for with `contacts`. */
      contacts: z.array(z.object({ id: z.number(), is_main: flag })).optional(),
      /** Undefined unless asked for with `loss_reason`; at most one. */
      loss_reason: z.array(z.object({ id: z.number(), name: text })).nullish(),
      source: z.nullish(z.object({ id: z.nullish(z.number()), name: text })),
    })
    .prefault({}),
})
export type Lead = z.infer<typeof lead>

type LeadExtra =
  | 'contacts'
  | 'loss_reason'
  | 'catalog_elements'
  | 'source'
  | 'source_id'
  | 'is_price_modified_by_robot'

/** `GET /leads`. Rows that do not match the filter are dropped and said with `filterIgnored`. */
export function listLeads(
  client: AmocrmClient,
  options: CardList<LeadExtra, 'created_at' | 'updated_at' | 'id', LeadFilter> = {},
): Promise<Page<Lead>> {
  return listCards(client, 'leads', lead, options)
}

/** `GET /leads/{id}`. */
export function getLead(
  client: AmocrmClient,
  id: number,
  options: CallOptions & { with?: readonly LeadExtra[] | undefined } = {},
): Promise<Lead | undefined> {
  return readOne(client, { path: path`/leads/${id}`, item: lead, ...options })
}

/** What may be written on a lead; another pipeline needs its stage as well. */
export interface LeadChange extends CardChange {
  readonly price?: number | undefined
  readonly pipeline_id?: number | undefined
  readonly status_id?: number | undefined
  /** Only together with status 143 (lost). */
  readonly loss_reason_id?: number | null | undefined
  readonly closed_at?: number | undefined
}

/** Links can be made in the same call only here; later, `linkEntities`. */
export interface NewLead extends LeadChange {
  readonly _embedded?: {
    readonly contacts?: readonly { readonly id: number; readonly is_main?: boolean }[]
    readonly companies?: readonly { readonly id: number }[]
  }
}

/** `POST /leads`: the new ids, in the order given. */
export function createLeads(
  client: AmocrmClient,
  leads: readonly NewLead[],
  options: CallOptions = {},
): Promise<number[]> {
  return createIds(client, { path: path`/leads`, key: 'leads', items: leads, ...options })
}

/** `PATCH /leads/{id}`. */
export function updateLead(
  client: AmocrmClient,
  id: number,
  change: LeadChange,
  options: CallOptions = {},
): Promise<Updated> {
  return update(client, { path: path`/leads/${id}`, change, ...options })
}

/** `PATCH /leads`: one change for each id; 50 at a time is what amoCRM recommends. */
export function updateLeads(
  client: AmocrmClient,
  changes: readonly (LeadChange & { readonly id: number })[],
  options: CallOptions = {},
): Promise<Updated[]> {
  return updateAll(client, { path: path`/leads`, key: 'leads', changes, ...options })
}
