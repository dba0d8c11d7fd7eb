import type { Page } from '../client/page.ts'

interface Readers<Card> {
  /** One page with these ids, at most fifty. */
  list(ids: readonly number[]): Promise<Page<Card>>
  get(id: number): Promise<Card | undefined>
}

/**
 * Cards by their ids, in fifties. Where the account ignores the filter, each is read alone, up to `mostAlone`.
 * `isComplete` is false when some were left unread.
 */
export async function readByIds<Card extends { readonly id: number }>(
  ids: readonly number[],
  { list, get }: Readers<Card>,
  mostAlone = 20,
): Promise<{ cards: ReadonlyMap<number, Card>; isComplete: boolean }> {
  const wanted = [...new Set(ids)]
  const cards = new Map<number, Card>()
  let ignored = false
  for (let start = 0; start < wanted.length && !ignored; start += PORTION) {
    const page = await list(wanted.slice(start, start + PORTION))
    for (const card of page.items) cards.set(card.id, card)
    ignored = page.filterIgnored
  }
  const missing = ignored ? wanted.filter((id) => !cards.has(id)) : []
  for (const id of missing.slice(0, mostAlone)) {
    const card = await get(id)
    if (card) cards.set(id, card)
  }
  return { cards, isComplete: missing.length <= mostAlone }
}

const PORTION = 50
