import { z } from 'zod'
import type { AmocrmClient, CallOptions } from './client.ts'
import type { CardEntity } from './custom-fields.ts'
import type { Page, PageOptions } from './page.ts'
import { path } from './path.ts'
import { readPage } from './read.ts'
import { parseReply } from './reply.ts'
import { text } from './shapes.ts'
import { rowsAt } from './write.ts'

const link = z.object({
  to_entity_id: z.number(),
  /** leads, contacts, companies, customers or catalog_elements. */
  to_entity_type: text,
  metadata: z.preprocess(
    (value) => (Array.isArray(value) ? undefined : value),
    z.nullish(
      z.object({
        main_contact: z.nullish(z.boolean()),
        quantity: z.nullish(z.number()),
        catalog_id: z.nullish(z.number()),
      }),
    ),
  ),
})
export type Link = z.infer<typeof link>

interface LinkList extends PageOptions {
  readonly filter?: {
    readonly to_entity_type?: string | undefined
    readonly to_entity_id?: number | undefined
  }
}

/** `GET /{entity}/{id}/links`: what a card is linked to. */
export function listLinks(
  client: AmocrmClient,
  entity: CardEntity,
  id: number,
  options: LinkList = {},
): Promise<Page<Link>> {
  return readPage(client, { path: path`/${entity}/${id}/links`, key: 'links', item: link, ...options })
}

export interface LinkChange {
  readonly to_entity_id: number
  readonly to_entity_type: CardEntity | 'customers' | 'catalog_elements'
  readonly metadata?: {
    /** The lead's main contact; it moves here from the one that was. */
    readonly is_main?: boolean | undefined
    readonly quantity?: number | undefined
    readonly catalog_id?: number | undefined
  }
}

/** `POST /{entity}/{id}/link`. A lead has one company: another takes its place. */
export async function linkEntities(
  client: AmocrmClient,
  entity: CardEntity,
  id: number,
  links: readonly LinkChange[],
  options: CallOptions = {},
): Promise<Link[]> {
  const json = await client.request({
    method: 'POST',
    path: path`/${entity}/${id}/link`,
    body: links,
    ...options,
  })
  return parseReply(rowsAt('links', link), json, 'POST')
}

/** `POST /{entity}/{id}/unlink`. */
export async function unlinkEntities(
  client: AmocrmClient,
  entity: CardEntity,
  id: number,
  links: readonly LinkChange[],
  options: CallOptions = {},
): Promise<void> {
  await client.request({ method: 'POST', path: path`/${entity}/${id}/unlink`, body: links, ...options })
}
