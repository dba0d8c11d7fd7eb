import type { Contact } from '../client/contacts.ts'
import type { FieldChange } from '../client/shapes.ts'
import { pointsOf } from './contact-points.ts'

interface Edit {
  readonly code: 'PHONE' | 'EMAIL'
  readonly add: readonly string[]
  readonly remove: readonly string[]
  /** Whether two values are the same phone or the same address. */
  isSame(left: string, right: string): boolean
}

/**
 * The whole new set of a contact's phones or e-mails: amoCRM replaces all that the field has, so what stays is sent
 * again. Nothing when the set would stay as it is.
 */
export function editPoints(contact: Contact, { code, add, remove, isSame }: Edit): FieldChange | undefined {
  const before = pointsOf(contact, code)
  const kept = before.filter(({ value }) => !remove.some((gone) => isSame(gone, value)))
  const added = add.filter((value) => !kept.some((point) => isSame(value, point.value)))
  if (kept.length === before.length && added.length === 0) return undefined
  const values = [
    ...kept.map(({ value, enum_id, enum_code }) => ({ value, ...kindOf(enum_id, enum_code) })),
    ...added.map((value) => ({ value, enum_code: 'WORK' })),
  ]
  return { field_code: code, values: values.length > 0 ? values : null }
}

/** Mobile, work, home: kept as it was; WORK where amoCRM says nothing. */
function kindOf(id: number | null | undefined, code: string | null | undefined) {
  if (id !== null && id !== undefined) return { enum_id: id }
  return { enum_code: code ?? 'WORK' }
}
