import { AppError } from '../../../kernel/errors.ts'
import type { Page } from '../client/page.ts'

interface Made {
  readonly id: number
  readonly created_at: number
  /** 0 when no user did it. */
  readonly created_by: number
}

type List<Row extends Made> = (window: { page: number; limit: number }) => Promise<Page<Row>>

/** How far amoCRM's clock may be from the one that `since` was read from. */
const SLACK_SECONDS = 30
const PAGE = 250
const MOST_PAGES = 8
/** So many full pages of older ones in a row, and nothing new comes after them. */
const BARREN_PAGES = 2

/**
 * What the user behind this connection has made since a time (Unix ms). `list` gives the newest ids first, and no
 * filter: what an account does not filter it gives with 200, and a search does not know the newest cards yet.
 * @throws AppError `unverified` when so much was made that this cannot be told
 */
export async function madeSince<Row extends Made>(
  list: List<Row>,
  { since, userId }: { since: number; userId: number },
): Promise<Row[]> {
  const from = earliest(since)
  const made = new Map<number, Row>()
  let barren = 0
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { items, hasMore } = await list({ page, limit: PAGE })
    if (!isNewestFirst(items)) throw cannotTell()
    const fresh = items.filter(({ created_at }) => created_at >= from)
    for (const row of fresh) {
      const { id, created_by: by } = row
      if (by === 0 || userId === 0 || by === userId) made.set(id, row)
    }
    barren = fresh.length === 0 ? barren + 1 : 0
    // Not at the first older one: an import may give its new cards an old date.
    if (!hasMore || barren === BARREN_PAGES) return [...made.values()]
  }
  throw cannotTell()
}

function isNewestFirst(rows: readonly Made[]): boolean {
  return rows.every(({ id }, index) => id <= (rows[index - 1]?.id ?? id))
}

/** The first second in which what was made after `since` may be dated. */
export function earliest(since: number): number {
  return Math.floor(since / 1000) - SLACK_SECONDS
}

/** A look at the account does not tell what an earlier call has made in it. */
export function cannotTell(): AppError {
  return new AppError('unverified', 'It cannot be told from the account what the earlier call has made.', {
    hint: 'Look at the newest cards in amoCRM.',
  })
}
