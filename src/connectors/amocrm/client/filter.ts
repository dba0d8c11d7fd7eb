import type { FieldValues } from './shapes.ts'

/** Both ends belong to it; for times, Unix seconds. */
export type Range = { readonly from?: number | undefined; readonly to?: number | undefined }

/** What leads, contacts and companies can be filtered by. */
export type CardFilter = {
  readonly id?: readonly number[] | undefined
  readonly name?: readonly string[] | undefined
  readonly responsible_user_id?: readonly number[] | undefined
  readonly created_by?: readonly number[] | undefined
  readonly updated_by?: readonly number[] | undefined
  readonly created_at?: Range | undefined
  readonly updated_at?: Range | undefined
  readonly closest_task_at?: Range | undefined
  /** By field id: any of the values (for lists, enum ids), or a range of numbers or times. */
  readonly custom_fields_values?:
    | { readonly [fieldId: number]: readonly (string | number)[] | Range }
    | undefined
}

export type LeadFilter = CardFilter & {
  readonly price?: Range | undefined
  readonly pipeline_id?: readonly number[] | undefined
  /** A stage is known by the pair: 142 (won) and 143 (lost) are in every pipeline. */
  readonly statuses?: readonly { readonly pipeline_id: number; readonly status_id: number }[] | undefined
  readonly closed_at?: Range | undefined
}

interface Card {
  readonly custom_fields_values: FieldValues
  readonly pipeline_id?: number
  readonly status_id?: number
}

/**
 * Whether a row is what the filter asks for. Filtering is a paid switch of the account; where it is off amoCRM
 * ignores the filter and gives every row with 200, so each row is looked at again.
 */
export function matches(
  card: Card,
  { statuses, custom_fields_values: fields = {}, ...filter }: LeadFilter,
): boolean {
  if (statuses?.every((pair) => pair.pipeline_id !== card.pipeline_id || pair.status_id !== card.status_id)) {
    return false
  }
  const values = new Map(card.custom_fields_values.map((field) => [String(field.field_id), field.values]))
  const row = new Map<string, unknown>(Object.entries(card))
  return (
    Object.entries(filter).every(([key, wanted]) => wanted === undefined || holds([row.get(key)], wanted)) &&
    Object.entries(fields).every(([id, wanted]) =>
      holds(
        (values.get(id) ?? []).flatMap(({ value, enum_id }) => [value, enum_id]),
        wanted,
      ),
    )
  )
}

function holds(values: readonly unknown[], wanted: readonly (string | number)[] | Range): boolean {
  if (isList(wanted)) {
    const folded = new Set(wanted.map(fold))
    return values.some((value) => value !== null && value !== undefined && folded.has(fold(value)))
  }
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = wanted
  return values.some((value) => {
    const number = value === null || value === '' ? Number.NaN : Number(value)
    return number >= from && number <= to
  })
}

/** A checkbox is true in a card and 1 in a filter; letter case does not count, as in amoCRM. */
function fold(value: unknown): string {
  return String(typeof value === 'boolean' ? Number(value) : value).toLowerCase()
}

function isList(wanted: readonly (string | number)[] | Range): wanted is readonly (string | number)[] {
  return Array.isArray(wanted)
}
