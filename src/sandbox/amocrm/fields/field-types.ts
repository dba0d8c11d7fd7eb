import { fieldMissing, type Issue, invalidType, notSupportedChoice } from '../http/problem.ts'
import type { CustomField, FieldEnum, FieldValue } from '../records.ts'
import { type Item, isItem } from '../validation.ts'

/** What became of one written value. `undefined` stored means "empty": it clears. */
type Outcome = { readonly stored: FieldValue | undefined } | { readonly issue: Issue }

export interface FieldType {
  /** The number that events give this type. */
  readonly code: number
  /** May hold several values. */
  readonly multiple?: true
  /** Has a list of choices. */
  readonly choices?: true
  read(value: Item, place: { field: CustomField; path: string; zoneOffsetSeconds: number }): Outcome
}

/** Every type of custom field that cards can have. */
export const fieldTypes: ReadonlyMap<string, FieldType> = new Map<string, FieldType>([
  ['text', { code: 1, read: textual }],
  ['numeric', { code: 2, read: numeric }],
  ['checkbox', { code: 3, read: checkbox }],
  ['select', { code: 4, choices: true, read: choice }],
  ['multiselect', { code: 5, choices: true, multiple: true, read: choice }],
  ['date', { code: 6, read: (value, place) => moment(value, place, true) }],
  ['url', { code: 7, read: textual }],
  ['multitext', { code: 8, choices: true, multiple: true, read: multitext }],
  ['textarea', { code: 9, read: textual }],
  ['radiobutton', { code: 10, choices: true, read: choice }],
  ['streetaddress', { code: 11, read: textual }],
  ['smart_address', { code: 13, multiple: true, read: addressLine }],
  ['birthday', { code: 14, read: (value, place) => moment(value, place, true) }],
  ['legal_entity', { code: 15, read: structured }],
  ['date_time', { code: 19, read: (value, place) => moment(value, place, false) }],
  ['price', { code: 20, read: numeric }],
  ['tracking_data', { code: 21, read: textual }],
  ['monetary', { code: 23, read: numeric }],
  ['file', { code: 26, read: structured }],
])

type Place = Parameters<FieldType['read']>[1]

function textual({ value }: Item, { path }: Place): Outcome {
  if (value === undefined) return { issue: fieldMissing(`${path}.value`) }
  if (value === null || value === '') return { stored: undefined }
  if (typeof value !== 'string') return { issue: invalidType(`${path}.value`, 'string') }
  return { stored: { value } }
}

/** Read back as a string, whatever was written. */
function numeric({ value }: Item, { path }: Place): Outcome {
  if (value === undefined) return { issue: fieldMissing(`${path}.value`) }
  if (value === null || value === '') return { stored: undefined }
  const number = typeof value === 'string' ? Number(value.replace(',', '.')) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    return { issue: invalidType(`${path}.value`, 'numeric') }
  }
  return { stored: { value: String(number) } }
}

function checkbox({ value }: Item, { path }: Place): Outcome {
  if (value === undefined) return { issue: fieldMissing(`${path}.value`) }
  if (value === null || value === '') return { stored: undefined }
  const flag = flags.get(value)
  return flag === undefined ? { issue: invalidType(`${path}.value`, 'bool') } : { stored: { value: flag } }
}

const flags = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  [1, true],
  [0, false],
  ['1', true],
  ['0', false],
])

/** Unix seconds or a date text; a whole day is kept as the account's midnight of that day. */
function moment({ value }: Item, { path, zoneOffsetSeconds }: Place, wholeDay: boolean): Outcome {
  if (value === undefined) return { issue: fieldMissing(`${path}.value`) }
  if (value === null || value === '') return { stored: undefined }
  const seconds = secondsOf(value)
  if (seconds === undefined) {
    return {
      issue: {
        code: 'InvalidDateTime',
        path: `${path}.value`,
        detail: 'This value is not a valid datetime.',
      },
    }
  }
  if (!wholeDay) return { stored: { value: seconds } }
  const day = Math.floor((seconds + zoneOffsetSeconds) / 86_400) * 86_400
  return { stored: { value: day - zoneOffsetSeconds } }
}

function secondsOf(value: unknown): number | undefined {
  if (Number.isSafeInteger(value)) return Number(value)
  if (typeof value !== 'string') return undefined
  if (/^-?\d{1,12}$/.test(value)) return Number(value)
  const parsed = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? undefined : Math.floor(parsed / 1000)
}

function choice(value: Item, { field, path }: Place): Outcome {
  const given = (['enum_id', 'enum_code', 'value'] as const).find((key) => value[key] != null)
  if (given === undefined) {
    return 'value' in value || 'enum_id' in value
      ? { stored: undefined }
      : { issue: fieldMissing(`${path}.value`) }
  }
  const found = field.enums?.find((option) => optionKey(option, given) === value[given])
  if (!found) return { issue: notSupportedChoice(`${path}.${given}`) }
  return { stored: { value: found.value, enum_id: found.id, enum_code: found.code } }
}

const optionKey = (option: FieldEnum, key: 'enum_id' | 'enum_code' | 'value') =>
  key === 'enum_id' ? option.id : key === 'enum_code' ? option.code : option.value

/** A phone, an e-mail, a messenger; the kind is WORK unless said. */
function multitext(value: Item, { field, path }: Place): Outcome {
  const text = value.value
  if (text === undefined) return { issue: fieldMissing(`${path}.value`) }
  if (text === null || text === '') return { stored: undefined }
  if (typeof text !== 'string') return { issue: invalidType(`${path}.value`, 'string') }
  const given = (['enum_id', 'enum_code', 'enum'] as const).find((key) => value[key] != null)
  const kind = field.enums?.find((option) =>
    given === undefined
      ? option.value === 'WORK'
      : (given === 'enum_id' ? option.id : option.value) === value[given],
  )
  if (given !== undefined && !kind) return { issue: notSupportedChoice(`${path}.${given}`) }
  return { stored: { value: text, enum_id: kind?.id ?? null, enum_code: kind?.value ?? null } }
}

const addressLines = ['address_line_1', 'address_line_2', 'city', 'state', 'zip', 'country'] as const

function addressLine(value: Item, place: Place): Outcome {
  const { path } = place
  const index = addressLines.findIndex(
    (code, place) => value.enum_code === code || value.enum_id === place + 1,
  )
  if (index === -1) {
    return { issue: notSupportedChoice(`${path}.${'enum_id' in value ? 'enum_id' : 'enum_code'}`) }
  }
  const outcome = textual(value, place)
  if ('issue' in outcome || !outcome.stored) return outcome
  return { stored: { ...outcome.stored, enum_id: index + 1, enum_code: addressLines[index] } }
}

function structured({ value }: Item, { field, path }: Place): Outcome {
  if (value === undefined) return { issue: fieldMissing(`${path}.value`) }
  if (value === null) return { stored: undefined }
  if (!isItem(value)) return { issue: invalidType(`${path}.value`, 'array') }
  if (field.type === 'legal_entity' && typeof value.name !== 'string') {
    return { issue: fieldMissing(`${path}.value.name`) }
  }
  const nested = Object.keys(value).find((key) => typeof value[key] === 'object' && value[key] !== null)
  if (nested !== undefined) return { issue: invalidType(`${path}.value.${nested}`, 'string') }
  return { stored: { value: { ...value } } }
}
