import { fieldMissing, type Issue, invalidType, notSupportedChoice } from '../http/problem.ts'
import type { Card, CardType, CustomField, FieldValue } from '../records.ts'
import type { Account } from '../state.ts'
import { type Item, isItem } from '../validation.ts'
import { fieldTypes } from './field-types.ts'

/** What a written `custom_fields_values` asks for: the new values by field id; none clears the field. */
export interface FieldChanges {
  readonly issues: readonly Issue[]
  readonly values: ReadonlyMap<number, readonly FieldValue[]>
}

/** Checks and normalises `custom_fields_values` of one element. */
export function readFieldValues(account: Account, type: CardType, raw: unknown, path = ''): FieldChanges {
  const place = `${path}custom_fields_values`
  if (raw === undefined || raw === null) return { issues: [], values: new Map() }
  if (!Array.isArray(raw)) return { issues: [invalidType(place, 'array')], values: new Map() }
  const issues: Issue[] = []
  const values = new Map<number, readonly FieldValue[]>()
  raw.forEach((entry: unknown, index) => {
    const entryPath = `${place}.${index}`
    const field = isItem(entry) ? fieldOf(account, type, entry, entryPath) : invalidType(entryPath, 'array')
    if ('detail' in field) issues.push(field)
    else if (isItem(entry)) values.set(field.id, readValues(account, field, entry, entryPath, issues))
  })
  return { issues, values }
}

/** `custom_fields_values` as it is read: null when nothing is set. */
export function viewFieldValues(account: Account, type: CardType, card: Card): object[] | null {
  const shown = [...card.fields]
    .flatMap(([id, values]) => {
      const field = account.fields.get(id)
      return field ? [{ field, values }] : []
    })
    .sort((a, b) => a.field.sort - b.field.sort || a.field.id - b.field.id)
    .map(({ field, values }) => ({
      field_id: field.id,
      field_name: field.name,
      field_code: field.code,
      field_type: field.type,
      ...(type === 'leads' ? { is_computed: false } : {}),
      values,
    }))
  return shown.length > 0 ? shown : null
}

function fieldOf(account: Account, type: CardType, entry: Item, path: string): CustomField | Issue {
  const { field_id: id, field_code: code } = entry
  if (id === undefined && code === undefined) return fieldMissing(`${path}.field_id`)
  if (id != null) {
    if (!Number.isSafeInteger(id)) return invalidType(`${path}.field_id`, 'int')
    const field = account.fields.get(Number(id))
    return field?.entity_type === type ? field : notSupportedChoice(`${path}.field_id`)
  }
  const field = [...account.fields.values()].find((one) => one.entity_type === type && one.code === code)
  return field && code != null ? field : notSupportedChoice(`${path}.field_code`)
}

function readValues(account: Account, field: CustomField, entry: Item, path: string, issues: Issue[]) {
  const { values } = entry
  if (values === null) return []
  if (values === undefined) {
    issues.push(fieldMissing(`${path}.values`))
    return []
  }
  if (!Array.isArray(values)) {
    issues.push(invalidType(`${path}.values`, 'array'))
    return []
  }
  const type = fieldTypes.get(field.type)
  const stored = values.flatMap((value: unknown, index): FieldValue[] => {
    const valuePath = `${path}.values.${index}`
    if (!isItem(value) || !type) {
      issues.push(invalidType(valuePath, 'array'))
      return []
    }
    const outcome = type.read(value, {
      field,
      path: valuePath,
      zoneOffsetSeconds: account.zoneOffsetSeconds,
    })
    if ('issue' in outcome) issues.push(outcome.issue)
    return 'stored' in outcome && outcome.stored ? [outcome.stored] : []
  })
  return type?.multiple ? stored : stored.slice(0, 1)
}
