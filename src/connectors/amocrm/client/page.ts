import type { CallOptions } from './client.ts'

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Whether the next page is worth asking for. amoCRM's own `next` link is there even on the last page. */
  readonly hasMore: boolean
  /** The account ignored the filter: rows that do not match came and were dropped. */
  readonly filterIgnored: boolean
}

/** What every paged list takes. */
export interface PageOptions extends CallOptions {
  /** From 1. */
  readonly page?: number | undefined
  /** 50 unless told; at most 250 (events: 100). */
  readonly limit?: number | undefined
}

/** The most that amoCRM gives in one page of leads, contacts, companies, tasks, notes and tags. */
const FULL_PAGE = 250

/**
 * Reads a list to its end, page by page and never in parallel: `pages((window) => listLeads(client, window))`.
 * Stops after `maxPages`; then the last page it gave still says `hasMore`. Calls wait behind interactive ones.
 * Rows that a shifting list shows twice are given once.
 */
export async function* pages<Item extends { readonly id: number | string }>(
  list: (window: { page: number; limit: number; priority: 'background' }) => Promise<Page<Item>>,
  { maxPages, limit = FULL_PAGE }: { maxPages: number; limit?: number },
): AsyncGenerator<Page<Item>> {
  const seen = new Set<number | string>()
  for (let page = 1; page <= maxPages; page++) {
    const { items, ...rest } = await list({ page, limit, priority: 'background' })
    const fresh = items.filter(({ id }) => !seen.has(id))
    for (const { id } of fresh) seen.add(id)
    yield { items: fresh, ...rest }
    if (!rest.hasMore) return
  }
}
