import { entityOf, recordEvent } from '../log/record-event.ts'
import type { Card, CardType, CustomField, FieldValue } from '../records.ts'
import type { Account } from '../state.ts'
import { fieldTypes } from './field-types.ts'

/** Sets the values; a field that gets none loses its entry. Records one event per field that changed. */
export function changeFields(
  account: Account,
  type: CardType,
  card: Card,
  values: ReadonlyMap<number, readonly FieldValue[]>,
  { by, at }: { by: number; at: number },
): void {
  for (const [id, after] of values) {
    const field = account.fields.get(id)
    const before = card.fields.get(id) ?? []
    if (!field || JSON.stringify(before) === JSON.stringify(after)) continue
    if (after.length === 0) card.fields.delete(id)
    else card.fields.set(id, after)
    recordEvent(account, {
      type: `custom_field_${id}_value_changed`,
      entity: entityOf[type],
      id: card.id,
      by,
      at,
      before: before.map((value) => eventValue(field, value)),
      after: after.map((value) => eventValue(field, value)),
    })
  }
}

function eventValue(field: CustomField, value: FieldValue): object {
  const text = typeof value.value === 'object' ? JSON.stringify(value.value) : String(value.value)
  return {
    custom_field_value: {
      field_id: field.id,
      field_type: fieldTypes.get(field.type)?.code ?? 0,
      enum_id: value.enum_id ?? null,
      text,
    },
  }
}
