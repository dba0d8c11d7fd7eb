import { AppError } from '../../../kernel/errors.ts'
import type { CustomField } from '../client/custom-fields.ts'
import type { FieldChange } from '../client/shapes.ts'
import { fold } from '../names/fold.ts'
import { resolveName } from '../names/resolve.ts'
import { type Here, parseMoment } from '../time/moment.ts'
import { isoInZone, localTime, unixAt } from '../time/zone.ts'

type Value = string | number | boolean | readonly string[]
type Written = NonNullable<FieldChange['values']>

/**
 * One field's new value in the form its type needs; it replaces all that the field has.
 * @throws AppError `invalid_input` when the value does not fit the type.
 */
export function valuesToWrite(field: CustomField, value: Value, here: Here): Written {
  const write = Object.hasOwn(WRITERS, field.type) ? WRITERS[field.type] : undefined
  if (write) return write(field, value, here)
  throw new AppError('invalid_input', 'A field of this type can be edited only in amoCRM itself.', {
    hint: 'Leave the field out and ask the person to fill it on the card.',
  })
}

type Writer = (field: CustomField, value: Value, here: Here) => Written

const WRITERS: Record<string, Writer> = {
  text,
  textarea: text,
  streetaddress: text,
  tracking_data: text,
  url: text,
  numeric: number,
  monetary: number,
  checkbox,
  select: oneChoice,
  radiobutton: oneChoice,
  multiselect: choices,
  category: choices,
  date: day,
  birthday: day,
  date_time: moment,
  multitext: points,
}

function text(_field: CustomField, value: Value): Written {
  return [{ value: oneText(value) }]
}

/** Takes «1 500,50» as a person types it. */
function number(_field: CustomField, value: Value): Written {
  const amount =
    typeof value === 'number' ? value : Number(oneText(value).replace(/\s/g, '').replace(',', '.') || 'x')
  if (Number.isFinite(amount)) return [{ value: amount }]
  throw misfit('A number field needs a number.')
}

function checkbox(_field: CustomField, value: Value): Written {
  const answer = ANSWERS.get(fold(String(value)))
  if (answer !== undefined) return [{ value: answer }]
  throw misfit('A checkbox needs true or false («да» or «нет»).')
}

const ANSWERS = new Map([
  ...['true', 'да', 'yes', '1', 'есть'].map((word) => [word, true] as const),
  ...['false', 'нет', 'no', '0'].map((word) => [word, false] as const),
])

function oneChoice(field: CustomField, value: Value): Written {
  return [{ enum_id: choiceId(field, oneText(value)) }]
}

/** A list, or one text: a value that itself holds a comma is tried whole first. */
function choices(field: CustomField, value: Value): Written {
  const isWhole =
    !Array.isArray(value) && field.enums.some((choice) => fold(choice.value) === fold(String(value)))
  const names = Array.isArray(value) ? value : isWhole ? [String(value)] : String(value).split(/[,;]/)
  const asked = [...new Set(names.map((name) => name.trim()))].filter((name) => name !== '')
  if (asked.length > MOST_CHOICES) throw misfit('There are too many values for one list.')
  const ids = asked.map((name) => choiceId(field, name))
  return [...new Set(ids)].map((id) => ({ enum_id: id }))
}

const MOST_CHOICES = 200

function choiceId(field: CustomField, asked: string): number {
  const choice = {
    noun: 'value of the list',
    items: field.enums,
    name: ({ value }: CustomField['enums'][number]) => value,
    id: ({ id }: CustomField['enums'][number]) => id,
  }
  return resolveName(asked, choice, 'write').id
}

/**
 * amoCRM keeps a day as midnight in the account's zone. Noon is sent: whatever offset it counts old summers with,
 * noon is on the same day.
 */
function day(_field: CustomField, value: Value, here: Here): Written {
  const read = parseMoment(oneText(value), here)
  const local = read && ('day' in read ? read.day : localTime(read.at, here.zone))
  const noon = local && unixAt({ ...local, hour: 12, minute: 0 }, here.zone)
  if (noon === undefined) throw misfit('A date field needs a date such as 2026-11-21.')
  return [{ value: isoInZone(noon, here.zone) }]
}

function moment(_field: CustomField, value: Value, here: Here): Written {
  const read = parseMoment(oneText(value), here)
  if (read && 'at' in read) return [{ value: isoInZone(read.at, here.zone) }]
  throw misfit('This field needs a date with a time, such as 2026-11-21T15:00.')
}

function points(_field: CustomField, value: Value): Written {
  return (Array.isArray(value) ? value : [oneText(value)]).map((point) => ({
    value: point,
    enum_code: 'WORK',
  }))
}

function oneText(value: Value): string {
  if (typeof value !== 'object') return String(value)
  if (value.length === 1 && value[0] !== undefined) return value[0]
  throw misfit('This field takes one value, not a list.')
}

function misfit(message: string): AppError {
  return new AppError('invalid_input', message, {
    hint: 'Correct the value in `fields` and call again; nothing was changed.',
  })
}
