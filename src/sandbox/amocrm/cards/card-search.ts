import { fieldTypes } from '../fields/field-types.ts'
import { between, exactly, type Filter, type Filters, filtered, oneOf } from '../http/filters.ts'
import { at, listOf, type QueryArray, type QueryNode, textOf } from '../http/query.ts'
import type { Card, FieldValue } from '../records.ts'
import type { Account } from '../state.ts'
import type { CardKind } from './card-kind.ts'
import { closestTaskAt } from './card-view.ts'

/** The cards a list call asks for: not deleted, passing `query` and as much of `filter` as the account pays for. */
export function searchCards<T extends Card>(kind: CardKind<T>, account: Account, query: QueryArray): T[] {
  const found = matching(kind, account, textOf(query.get('query')))
  if (account.filterMode === 'none') return found
  const table = { ...sharedFilters(kind), ...kind.filters }
  if (account.filterMode === 'full') table.custom_fields_values = byFieldValues
  return filtered(found, query, table, account)
}

function matching<T extends Card>(kind: CardKind<T>, account: Account, query = ''): T[] {
  const cards = [...kind.cards(account).values()].filter((card) => !card.is_deleted)
  const needle = query.trim().toLowerCase()
  if (needle === '') return cards
  return cards.filter((card) => filledTexts(card).some((text) => text.toLowerCase().includes(needle)))
}

/** What `query` looks at: the name and every filled field, letter for letter. */
function filledTexts(card: Card): string[] {
  return [card.name, ...[...card.fields.values()].flat().flatMap(textsOf)]
}

function textsOf({ value }: FieldValue): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null
    ? Object.values(value).filter((part): part is string => typeof part === 'string')
    : []
}

function sharedFilters<T extends Card>(kind: CardKind<T>): Record<string, Filter<T>> {
  const shared: Filters<T> = {
    id: oneOf((card) => card.id),
    name: exactly((card) => card.name),
    responsible_user_id: oneOf((card) => card.responsible_user_id),
    created_by: oneOf((card) => card.created_by),
    updated_by: oneOf((card) => card.updated_by),
    created_at: between((card) => card.created_at),
    updated_at: between((card) => card.updated_at),
    closest_task_at: (card, node, account) =>
      between(() => closestTaskAt(account, kind.type, card.id))(card, node, account),
  }
  return { ...shared }
}

/** `[{field id}][]=value` or enum id, `[{field id}][from]`/`[to]` for numbers and dates; all must hold. */
function byFieldValues(card: Card, node: QueryNode, account: Account): boolean {
  if (!(node instanceof Map)) return true
  return [...node].every(([key, wanted]) => {
    const field = account.fields.get(Number(key))
    if (!field) return true
    const values = card.fields.get(field.id) ?? []
    if (at(wanted, 'from') !== undefined || at(wanted, 'to') !== undefined) {
      return values.some(({ value }) => between(() => Number(value))(card, wanted, account))
    }
    const list = textOf(wanted) === undefined ? listOf(wanted) : [String(wanted)]
    const byEnum = fieldTypes.get(field.type)?.choices === true
    return values.some(({ value, enum_id: enumId }) => {
      const text = typeof value === 'boolean' ? String(Number(value)) : String(value)
      return list.includes(text) || (byEnum && list.includes(String(enumId)))
    })
  })
}
