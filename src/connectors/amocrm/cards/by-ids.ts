import type { Page } from '../client/page.ts'

interface Readers<Card> {
  /** One page with these ids, at most fifty. */
  list(ids: readonly number[]): Promise<Page<Card>>
  get(id: number): Promise<Card | undefined>
}

interface Limits<Card> {
  readonly mostAlone?: number
  /** Reading stops after the portion with such a card; what it leaves unread does not count as missing. */
  readonly enough?: (card: Card) => boolean
}

/**
 * Cards by their ids, in fifties. Where the account ignores the filter, each is read alone, in the order given and up
 * to `mostAlone`. `isComplete` is false when some were left unread.
 */
export async function readByIds<Card extends { readonly id: number }>(
  ids: readonly number[],
  { list, get }: Readers<Card>,
  { mostAlone = 20, enough = () => false }: Limits<Card> = {},
): Promise<{ cards: ReadonlyMap<number, Card>; isComplete: boolean }> {
  const wanted = [...new Set(ids)]
  const cards = new Map<number, Card>()
  const isDone = () => [...cards.values()].some(enough)
  let ignored = false
  for (let start = 0; start < wanted.length && !ignored && !isDone(); start += PORTION) {
    const page = await list(wanted.slice(start, start + PORTION))
    for (const card of page.items) cards.set(card.id, card)
    ignored = page.filterIgnored
  }
  const missing = ignored ? wanted.filter((id) => !cards.has(id)) : []
  const alone = missing.slice(0, mostAlone)
  for (let start = 0; start < alone.length && !isDone(); start += AT_ONCE) {
    for (const card of await Promise.all(alone.slice(start, start + AT_ONCE).map(get))) {
      if (card) cards.set(card.id, card)
    }
  }
  return { cards, isComplete: isDone() || missing.length <= mostAlone }
}

const PORTION = 50
/** The client paces them; more at once would only keep others waiting. */
const AT_ONCE = 6
