import type { FieldValues } from '../client/shapes.ts'
import { isoInZone } from '../time/zone.ts'

type Field = FieldValues[number]

/** Every filled field but phones and e-mails, by its label; a label that stands twice is joined. */
export function fieldsInWords(fields: FieldValues, zone: string): Map<string, string> {
  const shown = new Map<string, string>()
  for (const field of fields) {
    const isContactPoint = field.field_code === 'PHONE' || field.field_code === 'EMAIL'
    const text = isContactPoint ? '' : fieldInWords(field, zone)
    if (text === '') continue
    const before = shown.get(field.field_name)
    shown.set(field.field_name, before === undefined ? text : `${before}, ${text}`)
  }
  return shown
}

/** The value of a filled custom field as people read it; several values are joined by commas. */
function fieldInWords({ field_type: type, values }: Field, zone: string): string {
  return values
    .map(({ value }) => valueInWords(type, value, zone))
    .filter((text) => text !== '')
    .join(', ')
}

function valueInWords(type: string, value: unknown, zone: string): string {
  if (type === 'checkbox') return value === true || value === 1 || value === '1' ? 'да' : 'нет'
  if (typeof value === 'number' && DAY_TYPES.has(type)) return dayInWords(value, zone)
  if (typeof value === 'number' && type === 'date_time') return isoInZone(value, zone)
  if (typeof value === 'object' && value !== null) return partsInWords(value)
  return value === undefined || value === null ? '' : String(value)
}

const DAY_TYPES = new Set(['date', 'birthday'])

/** A day is stored as its midnight, by an offset that may be an hour or two off in old years: a bit later is surer. */
function dayInWords(midnight: number, zone: string): string {
  return isoInZone(midnight + 4 * 3600, zone).slice(0, 10)
}

/** A file by its name, a company by its name and requisites: whatever is text inside, ids left out. */
function partsInWords(value: object): string {
  return Object.entries(value)
    .filter(([key, part]) => !/(^|_)(id|uuid|uid)$/.test(key) && typeof part === 'string' && part !== '')
    .map(([, part]) => String(part))
    .join('; ')
}
