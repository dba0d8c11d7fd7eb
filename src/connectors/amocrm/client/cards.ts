import { z } from 'zod'
import type { AmocrmClient } from './client.ts'
import type { CardEntity } from './custom-fields.ts'
import { type CardFilter, matches } from './filter.ts'
import type { Page, PageOptions } from './page.ts'
import { path } from './path.ts'
import { readPage } from './read.ts'
import { type FieldValues, fieldValues, flag, moment, text, userId } from './shapes.ts'

/** What leads, contacts and companies have in common. */
export const cardShape = {
  id: z.number(),
  name: text,
  responsible_user_id: userId,
  created_by: userId,
  updated_by: userId,
  created_at: z.number(),
  updated_at: z.number(),
  /** When the nearest open task is due. */
  closest_task_at: moment,
  is_deleted: flag,
  /** The phone and the e-mail are here, with the codes PHONE and EMAIL. */
  custom_fields_values: fieldValues,
}

export interface CardList<
  Extra extends string,
  Order extends string = 'updated_at' | 'id',
  Filter extends CardFilter = CardFilter,
> extends PageOptions {
  readonly with?: readonly Extra[] | undefined
  /** Any text in any filled field (a phone: its last ten digits); a hit is a guess to be verified. */
  readonly query?: string | undefined
  readonly filter?: Filter | undefined
  readonly order?: { readonly [key in Order]?: 'asc' | 'desc' } | undefined
}

/** One page of cards. Rows that do not match the filter are dropped and said with `filterIgnored`. */
export function listCards<Schema extends z.ZodType<{ readonly custom_fields_values: FieldValues }>>(
  client: AmocrmClient,
  entity: CardEntity,
  item: Schema,
  { with: extras, query, order, filter, ...options }: CardList<string, string>,
): Promise<Page<z.infer<Schema>>> {
  return readPage(client, {
    path: path`/${entity}`,
    key: entity,
    item,
    query: { with: extras, query, order },
    filter,
    matches: (row) => matches(row, filter ?? {}),
    ...options,
  })
}
