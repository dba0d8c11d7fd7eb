import type { FieldValues } from '../client/shapes.ts'
import { pointsOf } from './contact-points.ts'
import { isSamePhone } from './phone.ts'

interface Card {
  readonly custom_fields_values: FieldValues
}

/** Whether a card has this phone, on the PHONE field itself. */
export function hasPhone(card: Card, phone: string, country: string): boolean {
  return pointsOf(card, 'PHONE').some(({ value }) => isSamePhone(phone, value, country))
}

/** Whether a card has this e-mail, on the EMAIL field itself; letter case does not count. */
export function hasEmail(card: Card, email: string): boolean {
  return pointsOf(card, 'EMAIL').some(({ value }) => value.trim().toLowerCase() === email)
}
