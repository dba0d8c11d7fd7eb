import { clip } from '../cards/clip.ts'
import { formatRef } from '../cards/ref.ts'
import type { Lead } from '../client/leads.ts'
import { isOpen, readDeals } from '../deals/read-deals.ts'
import { inWords } from '../money/amount.ts'
import type { Naming } from '../names/naming.ts'
import type { Work } from '../work.ts'

const MOST_LINES = 15

/** The deals with these ids, one a line: the open ones first, then the newest. */
export async function dealLines(work: Work, ids: readonly number[], naming: Naming): Promise<string[]> {
  const { deals, isComplete } = await readDeals(work, ids)
  const open = deals.filter((deal) => isOpen(deal, naming))
  const closed = deals.filter((deal) => !isOpen(deal, naming))
  const left = new Set(ids).size - Math.min(deals.length, MOST_LINES)
  const rest = !isComplete || deals.length > MOST_LINES ? [`и ещё ${left}`] : []
  return [...[...open, ...closed].slice(0, MOST_LINES).map((deal) => dealLine(deal, naming)), ...rest]
}

/** `Ремонт кухни — 50 000 ₽, Переговоры / Продажи (lead:1)` */
function dealLine(deal: Lead, naming: Naming): string {
  const { stage, pipeline } = naming.stage(deal.pipeline_id, deal.status_id)
  const price = inWords(deal.price, naming.account.currency_symbol)
  const name = clip(deal.name, 120) || 'без названия'
  return `${name} — ${price}, ${stage} / ${pipeline} (${formatRef({ kind: 'lead', id: deal.id })})`
}
