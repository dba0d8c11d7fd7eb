import type { Card } from '../cards/read-card.ts'
import type { Naming } from '../names/naming.ts'
import { isoInZone } from '../time/zone.ts'

/** Short facts about a card for a program to sort by. */
export function cardMetadata(read: Card, naming: Naming): Record<string, string> {
  const { card } = read
  const responsible = naming.user(card.responsible_user_id)
  return {
    kind: read.kind,
    ...(read.kind === 'lead' && {
      ...naming.stage(read.card.pipeline_id, read.card.status_id),
      kind: 'lead',
      state: naming.stage(read.card.pipeline_id, read.card.status_id).kind,
      price: String(read.card.price),
      currency: naming.account.currency,
    }),
    ...(responsible !== undefined && { responsible }),
    created_at: isoInZone(card.created_at, naming.zone),
    updated_at: isoInZone(card.updated_at, naming.zone),
  }
}
