import { z } from 'zod'
import type { AmocrmClient, CallOptions } from './client.ts'
import type { CardEntity } from './custom-fields.ts'
import type { Page, PageOptions } from './page.ts'
import { path } from './path.ts'
import { readPage } from './read.ts'
import { type Tag, tag } from './shapes.ts'
import { create } from './write.ts'

interface TagList extends PageOptions {
  /** A part of the name. */
  readonly query?: string | undefined
  /** Exact names, and ids. */
  readonly filter?:
    | { readonly name?: string | undefined; readonly id?: readonly number[] | undefined }
    | undefined
}

/** `GET /{entity}/tags`. */
export function listTags(
  client: AmocrmClient,
  entity: CardEntity,
  { query, ...options }: TagList = {},
): Promise<Page<Tag>> {
  return readPage(client, {
    path: path`/${entity}/tags`,
    key: 'tags',
    item: tag,
    query: { query },
    ...options,
  })
}

const createdTag = tag.extend({ request_id: z.nullish(z.coerce.string()) })

/** `POST /{entity}/tags`, in the order given; a name that is there already gives its tag. */
export function createTags(
  client: AmocrmClient,
  entity: CardEntity,
  tags: readonly { readonly name: string; readonly color?: string | undefined }[],
  options: CallOptions = {},
): Promise<Tag[]> {
  return create(client, {
    path: path`/${entity}/tags`,
    key: 'tags',
    items: tags,
    item: createdTag,
    ...options,
  })
}
