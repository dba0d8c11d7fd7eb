import { changeFields } from '../fields/changes.ts'
import { readFieldValues } from '../fields/values.ts'
import type { Issue } from '../http/problem.ts'
import { entityOf, recordEvent } from '../log/record-event.ts'
import type { Card } from '../records.ts'
import { type Account, nextId } from '../state.ts'
import {
  activeUser,
  array,
  author,
  cardName,
  checkKeys,
  type Item,
  integer,
  nullOr,
  numberIn,
  type Rules,
  textIn,
} from '../validation.ts'
import type { CardKind, Stamp } from './card-kind.ts'
import { changeTags, checkTags } from './tag-changes.ts'

/** Everything that is wrong with one element; nothing is changed. */
export function checkCard<T extends Card>(
  kind: CardKind<T>,
  item: Item,
  account: Account,
  current?: T,
  path = '',
): Issue[] {
  return [
    ...checkKeys(item, sharedRules, account, path),
    ...checkKeys(item, kind.rules, account, path),
    ...kind.check(item, account, current).map((issue) => ({ ...issue, path: path + issue.path })),
    ...readFieldValues(account, kind.type, item.custom_fields_values, path).issues,
    ...checkTags(item, account, kind.type, path),
  ]
}

/** Makes a card of a checked element. Links are the caller's. */
export function createCard<T extends Card>(
  kind: CardKind<T>,
  item: Item,
  account: Account,
  userId: number,
  now: number,
): T {
  const by = numberIn(item, 'created_by') ?? userId
  const at = numberIn(item, 'created_at') ?? now
  const responsible = numberIn(item, 'responsible_user_id') ?? userId
  const base: Card = {
    id: nextId(account, kind.type === 'leads' ? 'leads' : 'cards'),
    name: textIn(item, 'name') ?? '',
    responsible_user_id: responsible,
    group_id: groupOf(account, responsible),
    created_by: by,
    updated_by: numberIn(item, 'updated_by') ?? by,
    created_at: at,
    updated_at: numberIn(item, 'updated_at') ?? at,
    is_deleted: false,
    tags: [],
    fields: new Map(),
  }
  const stamp = { by, at }
  const card = kind.make(base, item, account, stamp)
  kind.cards(account).set(card.id, card)
  recordEvent(account, {
    type: `${entityOf[kind.type]}_added`,
    entity: entityOf[kind.type],
    id: card.id,
    by,
    at,
  })
  changeTags(card, item, account, kind.type, stamp)
  for (const [id, values] of readFieldValues(account, kind.type, item.custom_fields_values).values) {
    if (values.length > 0) card.fields.set(id, values)
  }
  return card
}

/** Merges a checked element into a card: keys that are not there are left alone. */
export function updateCard<T extends Card>(
  kind: CardKind<T>,
  card: T,
  item: Item,
  account: Account,
  userId: number,
  now: number,
): void {
  const stamp: Stamp = { by: numberIn(item, 'updated_by') ?? userId, at: now }
  const event = { entity: entityOf[kind.type], id: card.id, ...stamp }
  changeResponsible(card, item, account, event)
  const { name: before } = card
  kind.change(card, item, account, stamp)
  if (card.name !== before) {
    recordEvent(account, {
      ...event,
      type: 'name_field_changed',
      before: [{ name_field_value: { name: before } }],
      after: [{ name_field_value: { name: card.name } }],
    })
  }
  changeTags(card, item, account, kind.type, stamp)
  const changes = readFieldValues(account, kind.type, item.custom_fields_values)
  changeFields(account, kind.type, card, changes.values, stamp)
  card.created_at = numberIn(item, 'created_at') ?? card.created_at
  card.created_by = numberIn(item, 'created_by') ?? card.created_by
  card.updated_by = stamp.by
  card.updated_at = numberIn(item, 'updated_at') ?? now
}

/** The group a card belongs to is its responsible user's. */
export function groupOf(account: Account, userId: number): number {
  return account.users.get(userId)?.group_id ?? 0
}

const sharedRules: Rules = {
  name: cardName,
  responsible_user_id: activeUser,
  created_by: author,
  updated_by: author,
  created_at: integer,
  updated_at: integer,
  custom_fields_values: nullOr(array),
}

function changeResponsible(
  card: Card,
  item: Item,
  account: Account,
  event: { entity: (typeof entityOf)[keyof typeof entityOf]; id: number } & Stamp,
): void {
  const next = numberIn(item, 'responsible_user_id')
  if (next === undefined || next === card.responsible_user_id) return
  recordEvent(account, {
    ...event,
    type: 'entity_responsible_changed',
    before: [{ responsible_user: { id: card.responsible_user_id } }],
    after: [{ responsible_user: { id: next } }],
  })
  card.responsible_user_id = next
  card.group_id = groupOf(account, next)
}
