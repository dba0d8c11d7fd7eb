import { z } from 'zod'

/**
 * The same arguments, listed as before, and read as clients really send them: for an optional one, null or a blank
 * text means that it is left out; for a number, `"50 000"` is 50000; for a flag, `"true"` is true. A name that is
 * not known is refused, inside an argument too: it may be one of ours, misspelled.
 */
export function readLoosely(input: z.ZodObject): z.ZodObject {
  const fields = Object.entries(input.shape as Record<string, z.ZodType>)
  return input.extend(Object.fromEntries(fields.map(([name, field]) => [name, loose(field)]))).strict()
}

function loose(field: z.ZodType): z.ZodType {
  const kind = z.toJSONSchema(field, { io: 'input' }).type
  const isOptional = field.safeParse(undefined).success
  return z.preprocess((value) => {
    if (isOptional && isBlank(value)) return undefined
    return typeof value === 'string' ? readText(value, kind) : value
  }, withLooseParts(field))
}

/** An object that lists its own arguments gets the same patience for each of them. */
function withLooseParts(field: z.ZodType): z.ZodType {
  if (!(field instanceof z.ZodOptional)) return field
  const inner = field.unwrap()
  if (!(inner instanceof z.ZodObject) || Object.keys(inner.shape).length === 0) return field
  return readLoosely(inner)
    .optional()
    .describe(field.description ?? '')
}

function isBlank(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '')
}

function readText(text: string, kind: unknown): unknown {
  if (kind === 'boolean') return FLAGS.get(text.trim().toLowerCase()) ?? text
  const isNumber = kind === 'integer' || kind === 'number'
  if (!isNumber || text.length > LONGEST_NUMBER || !NUMBER.test(text.trim())) return text
  return Number(text.replace(/\s/g, '').replace(',', '.'))
}

const FLAGS = new Map([
  ['true', true],
  ['false', false],
])

const LONGEST_NUMBER = 40
/** `50 000`, `50000,00`; not `50,000`, which is fifty to one reader and fifty thousand to another. */
const NUMBER = /^-?\d[\d\s]*(?:[.,]\d{1,2})?$/
