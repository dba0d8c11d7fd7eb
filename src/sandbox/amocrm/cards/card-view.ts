import { viewFieldValues } from '../fields/values.ts'
import { selfLink } from '../http/envelope.ts'
import type { Card, CardType } from '../records.ts'
import type { Account } from '../state.ts'
import type { CardKind } from './card-kind.ts'

/** A card as the API gives it. */
export function viewCard<T extends Card>(
  kind: CardKind<T>,
  card: T,
  account: Account,
  wanted: ReadonlySet<string>,
): object {
  return {
    id: card.id,
    name: card.name,
    responsible_user_id: card.responsible_user_id,
    group_id: card.group_id,
    created_by: card.created_by,
    updated_by: card.updated_by,
    created_at: card.created_at,
    updated_at: card.updated_at,
    closest_task_at: closestTaskAt(account, kind.type, card.id),
    is_deleted: card.is_deleted,
    ...kind.view(card, wanted),
    custom_fields_values: viewFieldValues(account, kind.type, card),
    account_id: account.id,
    _links: selfLink({ account }, kind.type, card.id),
    _embedded: { tags: viewTags(card, kind.type, account), ...kind.embed(card, account, wanted) },
  }
}

/** A deleted card shows no more than this. */
export function viewDeleted(card: Card, type: CardType, account: Account): object {
  return {
    id: card.id,
    updated_at: card.updated_at,
    updated_by: card.updated_by,
    is_deleted: true,
    _links: selfLink({ account }, type, card.id),
  }
}

/** When the earliest open task of the card is due, overdue ones included. */
export function closestTaskAt(account: Account, type: CardType, id: number): number | null {
  let closest: number | null = null
  for (const taskId of account.tasksOf.get(`${type}:${id}`) ?? []) {
    const task = account.tasks.get(taskId)
    if (!task || task.is_completed) continue
    if (closest === null || task.complete_till < closest) closest = task.complete_till
  }
  return closest
}

/** Linked cards as `_embedded` shows them: id and link. */
export function linkedCards(account: Account, from: CardType, id: number, to: CardType): object[] {
  return account.links
    .of({ type: from, id }, to)
    .filter((far) => account[to].get(far.id)?.is_deleted === false)
    .map((far) => ({
      id: far.id,
      ...(from === 'leads' && to === 'contacts' ? { is_main: far.main } : {}),
      _links: selfLink({ account }, to, far.id),
    }))
}

/** Contacts and companies have tags without colour. */
function viewTags(card: Card, type: CardType, account: Account): object[] {
  return card.tags.flatMap((id) => {
    const tag = account.tags[type].get(id)
    return tag ? [{ id, name: tag.name, color: type === 'leads' ? tag.color : null }] : []
  })
}
