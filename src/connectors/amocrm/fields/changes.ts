import { z } from 'zod'
import { AppError } from '../../../kernel/errors.ts'
import type { CardEntity, CustomField } from '../client/custom-fields.ts'
import type { AccountDirectory } from '../client/directory.ts'
import type { FieldChange } from '../client/shapes.ts'
import { withFresh } from '../names/fresh.ts'
import { named, resolveName } from '../names/resolve.ts'
import type { Here } from '../time/moment.ts'
import { valuesToWrite } from './values.ts'

/** Custom fields by label. What is in it is checked here and not in the schema, which every client must read. */
export const fieldsInput = z.looseObject({})

const MOST_FIELDS = 50
const LONGEST_LABEL = 200
const MOST_CHOICES = 200
/** About what amoCRM keeps of a text. */
const LONGEST_TEXT = 65_000

const words = z.string().max(LONGEST_TEXT)
const fieldValue = z.union([words, z.number(), z.boolean(), z.array(words).max(MOST_CHOICES), z.null()])

/**
 * Custom fields by label (or id, or code) turned into what amoCRM takes; `null` clears a field.
 * @throws AppError `not_found` or `invalid_input` with candidates for an unknown label or list value.
 */
export async function fieldChanges(
  directory: AccountDirectory,
  entity: CardEntity,
  asked: z.infer<typeof fieldsInput>,
  here: Here,
): Promise<FieldChange[]> {
  const labels = Object.entries(asked)
  if (labels.length === 0) return []
  if (labels.length > MOST_FIELDS || labels.some(([label]) => label.length > LONGEST_LABEL)) {
    throw new AppError('invalid_input', 'There are too many `fields` for one call, or a label is too long.', {
      hint: `Give ${MOST_FIELDS} fields at most, each by the label that is on the card.`,
    })
  }
  return withFresh(directory, `fields of ${entity}`, async () => {
    const fields = await directory.customFields(entity)
    const changes = labels.map(([label, given]) => {
      const field = resolveField(fields, label)
      const value = readValue(given)
      return {
        field_id: field.id,
        values: value === null || value === '' ? null : valuesToWrite(field, value, here),
      }
    })
    if (new Set(changes.map(({ field_id }) => field_id)).size === changes.length) return changes
    throw new AppError('invalid_input', 'Two of the labels mean the same field.', {
      hint: 'Give each field once.',
    })
  })
}

function readValue(given: unknown): z.infer<typeof fieldValue> {
  const { data, success } = fieldValue.safeParse(given)
  if (success) return data
  throw new AppError(
    'invalid_input',
    'A value in `fields` is neither text, a number, true or false, nor a list of texts, or it is too long.',
    {
      hint: 'Give {label: value}, for example {"Источник": "Сайт"}.',
    },
  )
}

function resolveField(fields: readonly CustomField[], label: string): CustomField {
  const byCode = fields.find(({ code }) => code !== null && code !== undefined && code === label.trim())
  const field = byCode ?? resolveName(label, named('field', fields), 'write')
  if (field.code === 'PHONE' || field.code === 'EMAIL') {
    throw new AppError('invalid_input', 'Phones and e-mails are not set through `fields`.', {
      hint: 'Use the arguments for phone and email: they keep the values that the card has.',
    })
  }
  if (field.is_computed) {
    throw new AppError('invalid_input', 'amoCRM computes one of these fields itself.', {
      hint: 'Leave the computed field out.',
    })
  }
  return field
}
