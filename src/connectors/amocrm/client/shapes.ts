import { z } from 'zod'

/** Pieces that the cards share. Where the documents are unsure, a missing value is read as an empty one. */
export const text = z.nullish(z.string()).transform((value) => value ?? '')
/** A user id: 0 means a robot, or nobody. */
export const userId = z.nullish(z.number()).transform((value) => value ?? 0)
/** Unix seconds, or null where it has not happened. */
export const moment = z.nullish(z.number()).transform((value) => value ?? null)
export const flag = z.nullish(z.boolean()).transform((value) => value ?? false)

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.nullish(z.array(item)).transform((items) => items ?? [])
}

const fieldValue = z.looseObject({
  /** By the field's type: text, numbers as text, booleans, Unix seconds, an object. */
  value: z.unknown().optional(),
  enum_id: z.nullish(z.number()),
  enum_code: z.nullish(z.string()),
})

/** The filled custom fields of a card; amoCRM sends null when none is. */
export const fieldValues = listOf(
  z.object({
    field_id: z.number(),
    field_name: text,
    field_code: z.nullish(z.string()),
    field_type: text,
    values: listOf(fieldValue),
  }),
)
export type FieldValues = z.infer<typeof fieldValues>

/** Tag ids differ between leads, contacts and companies. */
export const tag = z.object({ id: z.number(), name: text, color: z.nullish(z.string()) })
export type Tag = z.infer<typeof tag>

export const reference = z.object({ id: z.number() })

/** A custom field to write: its values replace all that it had, null clears it. */
export type FieldChange = ({ readonly field_id: number } | { readonly field_code: string }) & {
  readonly values: readonly FieldValueChange[] | null
}
interface FieldValueChange {
  readonly value?: unknown
  readonly enum_id?: number | undefined
  readonly enum_code?: string | undefined
}

type TagChange = { readonly id: number } | { readonly name: string }

/** What may be written on every card; what is not sent stays as it is. */
export interface CardChange {
  readonly name?: string | undefined
  readonly responsible_user_id?: number | undefined
  readonly custom_fields_values?: readonly FieldChange[] | undefined
  readonly tags_to_add?: readonly TagChange[] | undefined
  readonly tags_to_delete?: readonly TagChange[] | undefined
}
