import { inWords } from '../money/amount.ts'
import type { Naming } from '../names/naming.ts'
import { clip } from './clip.ts'
import type { Card } from './read-card.ts'

/** `Контакт: Анна Смирнова`, `Сделка: Ремонт кухни, 50 000 ₽, Переговоры` */
export function cardTitle(read: Card, naming: Naming): string {
  const title = `${KIND[read.kind]}: ${clip(read.card.name, 120) || `#${read.card.id}`}`
  if (read.kind !== 'lead') return title
  const { stage } = naming.stage(read.card.pipeline_id, read.card.status_id)
  return `${title}, ${inWords(read.card.price, naming.account.currency_symbol)}, ${clip(stage, 80)}`
}

const KIND = { lead: 'Сделка', contact: 'Контакт', company: 'Компания' } as const
