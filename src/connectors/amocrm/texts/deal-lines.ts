import { clip } from '../cards/clip.ts'
import { formatRef } from '../cards/ref.ts'
import type { Lead } from '../client/leads.ts'
import { isOpen, readDeals } from '../deals/read-deals.ts'
import { inWords } from '../money/amount.ts'
import type { Naming } from '../names/naming.ts'
import type { Work } from '../work.ts'
import { andMore } from './and-more.ts'

const MOST_LINES = 15

/** The deals with these ids, one a line: the open ones first, then the newest. */
export async function dealLines(
  work: Work,
  leads: readonly { readonly id: number }[],
  naming: Naming,
): Promise<string[]> {
  const ids = leads.map(({ id }) => id)
  const { deals, isComplete } = await readDeals(work, ids)
  // Deleted ones are not there to be read; those left unread are.
  const all = isComplete ? deals.length : new Set(ids).size
  const open = deals.filter((deal) => isOpen(deal, naming))
  const closed = deals.filter((deal) => !isOpen(deal, naming))
  const shown = [...open, ...closed].slice(0, MOST_LINES)
  const rest = andMore(all - shown.length, ['сделка', 'сделки', 'сделок'])
  return [...shown.map((deal) => dealLine(deal, naming)), ...rest]
}

/** `Ремонт кухни — 50 000 ₽, Переговоры / Продажи (lead:1)` */
function dealLine(deal: Lead, naming: Naming): string {
  const { stage, pipeline } = naming.stage(deal.pipeline_id, deal.status_id)
  const price = inWords(deal.price, naming.account.currency_symbol)
  const name = clip(deal.name, 120) || 'без названия'
  return `${name} — ${price}, ${stage} / ${pipeline} (${formatRef({ kind: 'lead', id: deal.id })})`
}
