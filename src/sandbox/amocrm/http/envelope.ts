import { integerOf } from './query.ts'
import { type Call, noContent, type Reply } from './routing.ts'

/** How many rows a page has when the caller does not say, and at most. */
export interface PageSize {
  readonly usual: number
  readonly most: number
}

const pageOf250: PageSize = { usual: 50, most: 250 }

/** Self, next, … as the API writes them. */
export const link = (href: string) => ({ href })

/**
 * A list that does not count: no total, and a `next` link on every page, the last one included.
 * An empty page is 204.
 */
export function paged<T>(
  call: Call,
  key: string,
  rows: readonly T[],
  render: (row: T) => object,
  size: PageSize = pageOf250,
): Reply {
  const { page, limit } = windowOf(call, size)
  const shown = rows.slice((page - 1) * limit, page * limit)
  if (shown.length === 0) return noContent
  const href = (number: number) => link(pageHref(call, number, limit))
  return {
    status: 200,
    body: {
      _page: page,
      _links: {
        self: href(page),
        next: href(page + 1),
        ...(page > 1 ? { first: href(1), prev: href(page - 1) } : {}),
      },
      _embedded: { [key]: shown.map(render) },
    },
  }
}

/** A list that counts its pages; `_total_items` counts this page's rows when `totalOfPage` is set. */
export function pagedAndCounted<T>(
  call: Call,
  key: string,
  rows: readonly T[],
  render: (row: T) => object,
  { size = pageOf250, totalOfPage = false }: { size?: PageSize; totalOfPage?: boolean } = {},
): Reply {
  const { page, limit } = windowOf(call, size)
  const shown = rows.slice((page - 1) * limit, page * limit)
  if (shown.length === 0) return noContent
  const pages = Math.ceil(rows.length / limit)
  const href = (number: number) => link(pageHref(call, number, limit))
  return {
    status: 200,
    body: {
      _total_items: totalOfPage ? shown.length : rows.length,
      _page: page,
      _page_count: pages,
      _links: {
        self: href(page),
        ...(page < pages ? { next: href(page + 1), last: href(pages) } : {}),
        ...(page > 1 ? { first: href(1), prev: href(page - 1) } : {}),
      },
      _embedded: { [key]: shown.map(render) },
    },
  }
}

/** A list that is always given whole. */
export function counted(call: Call, key: string, items: readonly object[], status = 200): Reply {
  return {
    status,
    body: {
      _total_items: items.length,
      _links: { self: link(selfHref(call)) },
      _embedded: { [key]: items },
    },
  }
}

/** The reply of a write to a collection. */
export function collection(call: Call, key: string, items: readonly object[]): Reply {
  return {
    status: 200,
    body: { _links: { self: link(call.account.baseUrl + call.path) }, _embedded: { [key]: items } },
  }
}

/** The address of one thing below `/api/v4`. */
export function hrefTo(call: Pick<Call, 'account'>, ...segments: (string | number)[]): string {
  return `${call.account.baseUrl}/api/v4/${segments.join('/')}`
}

/** `_links` of one thing. */
export function selfLink(call: Pick<Call, 'account'>, ...segments: (string | number)[]) {
  return { self: link(hrefTo(call, ...segments)) }
}

function windowOf(call: Call, { usual, most }: PageSize) {
  const page = integerOf(call.query.get('page')) ?? 1
  const limit = integerOf(call.query.get('limit')) ?? usual
  return { page: Math.max(1, page), limit: limit < 1 ? usual : Math.min(limit, most) }
}

function pageHref(call: Call, page: number, limit: number): string {
  const query = new URLSearchParams(call.search)
  query.delete('page')
  query.delete('limit')
  query.append('page', String(page))
  query.append('limit', String(limit))
  return `${call.account.baseUrl}${call.path}?${query}`
}

function selfHref(call: Call): string {
  const query = new URLSearchParams(call.search).toString()
  return call.account.baseUrl + call.path + (query === '' ? '' : `?${query}`)
}
