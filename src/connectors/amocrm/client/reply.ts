import type { z } from 'zod'
import type { Call } from './client.ts'
import { broken } from './errors.ts'

/** Reads a reply by its schema; a reply of another shape is upstream's fault, and a write says that it may have been made. */
export function parseReply<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  method: Call['method'] = 'GET',
): z.infer<Schema> {
  const { data, error } = schema.safeParse(json)
  if (!error) return data
  throw broken('amoCRM answered in an unexpected form.', { method }, { cause: { issues: placesOf(error) } })
}

/** Where the reply differs, without what it held. */
function placesOf({ issues }: z.ZodError): string[] {
  return issues.slice(0, 5).map(({ path, code }) => `${path.join('.')}: ${code}`)
}
