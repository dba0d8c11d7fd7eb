import { z } from 'zod'
import { AppError } from '../../../kernel/errors.ts'
import type { AmocrmClient, CallOptions } from './client.ts'
import { statusOf } from './errors.ts'
import type { Page, PageOptions } from './page.ts'
import type { ApiPath } from './path.ts'
import type { Query, QueryValue } from './query.ts'
import { parseReply } from './reply.ts'

interface Listing<Schema extends z.ZodType> extends PageOptions {
  readonly path: ApiPath
  /** Where the rows are, in `_embedded`. */
  readonly key: string
  readonly item: Schema
  readonly query?: Query
  readonly filter?: Readonly<Record<string, QueryValue>> | undefined
  /** Whether a row passes the filter, for the lists whose filter an account may ignore. */
  readonly matches?: (item: z.infer<Schema>) => boolean
}

const envelope = z.object({
  _page_count: z.number().optional(),
  _embedded: z.record(z.string(), z.unknown()).optional(),
})

/** One page of a list. */
export async function readPage<Schema extends z.ZodType>(
  client: AmocrmClient,
  { path, key, item, query, filter, matches, page = 1, limit = 50, ...options }: Listing<Schema>,
): Promise<Page<z.infer<Schema>>> {
  // "One of none" is nothing; amoCRM would not see the filter and give everything.
  if (hasEmptyList(filter)) return { items: [], hasMore: false, filterIgnored: false }
  const json = await client.request({
    method: 'GET',
    path,
    query: { page, limit, ...query, filter },
    ...options,
  })
  if (json === undefined) return { items: [], hasMore: false, filterIgnored: false }
  const { _page_count, _embedded } = parseReply(envelope, json)
  const rows = parseReply(z.array(item), _embedded?.[key] ?? [])
  const items = matches ? rows.filter(matches) : rows
  const hasMore = _page_count === undefined ? rows.length >= limit : page < _page_count
  return { items, hasMore, filterIgnored: items.length < rows.length }
}

/** All of a list that is short by its nature. */
export async function readAll<Schema extends z.ZodType>(
  client: AmocrmClient,
  listing: Omit<Listing<Schema>, 'page' | 'limit'>,
): Promise<readonly z.infer<Schema>[]> {
  const { items } = await readPage(client, { ...listing, limit: 250 })
  return items
}

interface Reading<Schema extends z.ZodType> extends CallOptions {
  readonly path: ApiPath
  readonly item: Schema
  readonly with?: readonly string[] | undefined
}

/** One record, or undefined when there is none: amoCRM says 204 for most and 404 for some. */
export async function readOne<Schema extends z.ZodType>(
  client: AmocrmClient,
  { path, item, with: extras, ...options }: Reading<Schema>,
): Promise<z.infer<Schema> | undefined> {
  const json = await client
    .request({ method: 'GET', path, query: { with: extras }, ...options })
    .catch((error: unknown) => {
      if (error instanceof AppError && statusOf(error) === 404 && error.kind === 'not_found') return undefined
      throw error
    })
  return json === undefined ? undefined : parseReply(item, json)
}

function hasEmptyList(filter: QueryValue): boolean {
  if (typeof filter !== 'object') return false
  if (Array.isArray(filter)) return filter.length === 0
  return Object.values(filter).some(hasEmptyList)
}
