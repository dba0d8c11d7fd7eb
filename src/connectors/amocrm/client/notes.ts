import { z } from 'zod'
import type { AmocrmClient, CallOptions } from './client.ts'
import type { CardEntity } from './custom-fields.ts'
import type { Range } from './filter.ts'
import type { Page, PageOptions } from './page.ts'
import { path } from './path.ts'
import { readPage } from './read.ts'
import { text, userId } from './shapes.ts'
import { createIds, type Updated, update } from './write.ts'

const note = z.object({
  id: z.number(),
  entity_id: z.number(),
  /** common, call_in, call_out, sms_in, attachment, service_message and others. */
  note_type: text,
  /** By type; a common note has `text`. An empty one comes as `[]`. */
  params: z.preprocess(
    (value) => (Array.isArray(value) ? {} : (value ?? {})),
    z.record(z.string(), z.unknown()),
  ),
  responsible_user_id: userId,
  created_by: userId,
  updated_by: userId,
  created_at: z.number(),
  updated_at: z.number(),
})
export type Note = z.infer<typeof note>

interface NoteList extends PageOptions {
  /** The notes of one card; otherwise those of all cards of the kind. */
  readonly entityId?: number | undefined
  readonly filter?:
    | {
        readonly id?: readonly number[] | undefined
        readonly entity_id?: readonly number[] | undefined
        readonly note_type?: readonly string[] | undefined
        readonly updated_at?: Range | undefined
      }
    | undefined
  readonly order?: { readonly [key in 'updated_at' | 'id']?: 'asc' | 'desc' } | undefined
}

/** `GET /{entity}/notes` and `GET /{entity}/{id}/notes`. Every account honours this filter. */
export function listNotes(
  client: AmocrmClient,
  entity: CardEntity,
  { entityId, order, ...options }: NoteList = {},
): Promise<Page<Note>> {
  const where = entityId === undefined ? path`/${entity}/notes` : path`/${entity}/${entityId}/notes`
  return readPage(client, { path: where, key: 'notes', item: note, query: { order }, ...options })
}

export interface NewNote {
  readonly entity_id: number
  /** `common` for a plain text; the types' params differ. */
  readonly note_type: 'common' | 'service_message' | 'call_in' | 'call_out' | 'sms_in' | 'sms_out'
  readonly params: Readonly<Record<string, unknown>>
  readonly created_by?: number | undefined
  readonly responsible_user_id?: number | undefined
}

/** `POST /{entity}/notes`: the new ids, in the order given. A note cannot be deleted through the API. */
export function createNotes(
  client: AmocrmClient,
  entity: CardEntity,
  notes: readonly NewNote[],
  options: CallOptions = {},
): Promise<number[]> {
  return createIds(client, { path: path`/${entity}/notes`, key: 'notes', items: notes, ...options })
}

/** `PATCH /{entity}/{entityId}/notes/{id}`: the only way to take a note's text back. */
export function updateNote(
  client: AmocrmClient,
  entity: CardEntity,
  {
    id,
    entity_id: entityId,
    ...change
  }: Pick<NewNote, 'entity_id' | 'note_type' | 'params'> & { readonly id: number },
  options: CallOptions = {},
): Promise<Updated> {
  return update(client, { path: path`/${entity}/${entityId}/notes/${id}`, change, ...options })
}
