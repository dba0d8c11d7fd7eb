import { z } from 'zod'
import { AppError } from '../../../kernel/errors.ts'
import type { AmocrmClient, CallOptions } from './client.ts'
import { broken } from './errors.ts'
import type { ApiPath } from './path.ts'
import { parseReply } from './reply.ts'

/** amoCRM takes 250 in one call and recommends 50; it applies all of them or none. */
const MOST_AT_ONCE = 250

interface Creation<Schema extends z.ZodType> extends CallOptions {
  readonly path: ApiPath
  /** Where the rows of the reply are, in `_embedded`. */
  readonly key: string
  readonly items: readonly object[]
  readonly item: Schema
}

const createdRow = z.object({ id: z.number(), request_id: z.nullish(z.coerce.string()) })

/** Creates all; the reply's rows in the order of `items`. */
export async function create<Schema extends z.ZodType<{ request_id?: string | null | undefined }>>(
  client: AmocrmClient,
  { path, key, items, item, ...options }: Creation<Schema>,
): Promise<z.infer<Schema>[]> {
  if (items.length === 0) return []
  checkSize(items.length, MOST_AT_ONCE)
  const body = items.map((row, index) => ({ ...row, request_id: String(index) }))
  const json = await client.request({ method: 'POST', path, body, ...options })
  const rows = parseReply(rowsAt(key, item), json, 'POST')
  return items.map((_, index) => {
    const row = rows.find(({ request_id }) => request_id === String(index))
    if (!row) throw broken('amoCRM did not say what became of every record.', { method: 'POST' }, {})
    return row
  })
}

/** Creates all; the new ids in the order of `items`. */
export async function createIds(
  client: AmocrmClient,
  creation: Omit<Creation<typeof createdRow>, 'item'>,
): Promise<number[]> {
  const rows = await create(client, { ...creation, item: createdRow })
  return rows.map(({ id }) => id)
}

const updatedRow = z.object({ id: z.number(), updated_at: z.nullish(z.number()) })
export type Updated = z.infer<typeof updatedRow>

/** Changes one record; `not_found` when amoCRM has none (it answers 204). */
export async function update(
  client: AmocrmClient,
  { path, change, ...options }: CallOptions & { path: ApiPath; change: object },
): Promise<Updated> {
  const json = await client.request({ method: 'PATCH', path, body: change, ...options })
  if (json === undefined) throw absent()
  return parseReply(updatedRow, json, 'PATCH')
}

/** Changes many at once. The rows that came back are the ones that were changed. */
export async function updateAll(
  client: AmocrmClient,
  {
    path,
    key,
    changes,
    ...options
  }: CallOptions & { path: ApiPath; key: string; changes: readonly object[] },
): Promise<Updated[]> {
  if (changes.length === 0) return []
  checkSize(changes.length, MOST_AT_ONCE)
  const json = await client.request({ method: 'PATCH', path, body: changes, ...options })
  return json === undefined ? [] : parseReply(rowsAt(key, updatedRow), json, 'PATCH')
}

export function rowsAt<Schema extends z.ZodType>(key: string, item: Schema) {
  return z
    .object({ _embedded: z.record(z.string(), z.unknown()) })
    .transform(({ _embedded }) => _embedded[key])
    .pipe(z.array(item))
}

export function checkSize(size: number, most: number): void {
  if (size <= most) return
  throw new AppError('invalid_input', `amoCRM takes at most ${most} records in one call; this is ${size}.`, {
    hint: 'Do it in smaller portions; nothing was changed.',
  })
}

function absent(): AppError {
  return new AppError('not_found', 'amoCRM has no record with this id; nothing was changed.', {
    hint: 'Search for it again: it may have been deleted or merged.',
  })
}
