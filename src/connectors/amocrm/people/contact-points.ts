import { clip } from '../cards/clip.ts'
import type { FieldValues } from '../client/shapes.ts'
import { eachEmail } from './email.ts'
import { eachPhone, toE164 } from './phone.ts'

interface Card {
  readonly custom_fields_values: FieldValues
}

/** One phone or e-mail as it is stored. */
export type ContactPoint = FieldValues[number]['values'][number] & { readonly value: string }

/** The phones or e-mails of a contact or a company, in the order of the card. */
export function pointsOf(card: Card, code: 'PHONE' | 'EMAIL'): ContactPoint[] {
  return card.custom_fields_values
    .filter(({ field_code }) => field_code === code)
    .flatMap(({ values }) => values)
    .flatMap((point) => {
      const value = typeof point.value === 'number' ? String(point.value) : point.value
      return typeof value === 'string' && value.trim() !== '' ? [{ ...point, value }] : []
    })
}

/** For an answer: international where the number is whole, else as it was typed; each once. */
export function phonesOf(card: Card, country: string): string[] {
  const values = pointsOf(card, 'PHONE').flatMap(({ value }) => eachPhone(value))
  return [...new Set(values.map((value) => toE164(value, country) ?? clip(value, 60)))]
}

export function emailsOf(card: Card): string[] {
  const values = pointsOf(card, 'EMAIL').flatMap(({ value }) => eachEmail(value))
  return [...new Set(values.map((value) => clip(value, 120)))]
}
