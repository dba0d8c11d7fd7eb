import type { FieldValues } from '../client/shapes.ts'
import { pointsOf } from './contact-points.ts'
import { eachEmail } from './email.ts'
import { eachPhone, isSamePhone } from './phone.ts'

interface Card {
  readonly custom_fields_values: FieldValues
}

/** Whether a card has this phone, on the PHONE field itself. */
export function hasPhone(card: Card, phone: string, country: string): boolean {
  return pointsOf(card, 'PHONE')
    .flatMap(({ value }) => eachPhone(value))
    .some((value) => isSamePhone(phone, value, country))
}

/** Whether a card has this e-mail, on the EMAIL field itself; letter case does not count. */
export function hasEmail(card: Card, email: string): boolean {
  return pointsOf(card, 'EMAIL')
    .flatMap(({ value }) => eachEmail(value))
    .some((value) => value.toLowerCase() === email)
}
