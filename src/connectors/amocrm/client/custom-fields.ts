import { z } from 'zod'
import type { AmocrmClient } from './client.ts'
import type { Page, PageOptions } from './page.ts'
import { path } from './path.ts'
import { readPage } from './read.ts'
import { flag, listOf, text } from './shapes.ts'

const choice = z.object({
  id: z.number(),
  value: text,
  sort: z.number().catch(0),
  code: z.nullish(z.string()),
})

const customField = z.object({
  id: z.number(),
  name: text,
  /** Set for preset fields: PHONE, EMAIL, POSITION, UTM_SOURCE and so on. */
  code: z.nullish(z.string()),
  type: text,
  sort: z.number().catch(0),
  is_api_only: flag,
  is_computed: flag,
  is_predefined: flag,
  currency: z.nullish(z.string()),
  /** The values of a list, or the kinds of a phone and an e-mail. */
  enums: listOf(choice),
  /** The stages at which amoCRM's own pages demand the field; the API does not. */
  required_statuses: listOf(z.object({ status_id: z.number(), pipeline_id: z.number() })),
})
export type CustomField = z.infer<typeof customField>

/** The kinds of cards that have custom fields, tags, notes and links. */
export type CardEntity = 'leads' | 'contacts' | 'companies'

/** `GET /{entity}/custom_fields`. Give at most 50 as `limit`: amoCRM's documents disagree about more. */
export function listCustomFields(
  client: AmocrmClient,
  entity: CardEntity,
  options: PageOptions = {},
): Promise<Page<CustomField>> {
  return readPage(client, {
    path: path`/${entity}/custom_fields`,
    key: 'custom_fields',
    item: customField,
    ...options,
  })
}
