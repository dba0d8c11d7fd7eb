import { z } from 'zod'
import type { AmocrmClient, CallOptions } from './client.ts'
import type { CardEntity } from './custom-fields.ts'
import type { Range } from './filter.ts'
import type { Page, PageOptions } from './page.ts'
import { path } from './path.ts'
import { readOne, readPage } from './read.ts'
import { flag, text, userId } from './shapes.ts'
import { createIds, type Updated, update } from './write.ts'

const task = z.object({
  id: z.number(),
  text,
  task_type_id: z.number(),
  /** When it is due, Unix seconds. */
  complete_till: z.number(),
  /** Seconds; 0 when it has none. */
  duration: z.nullish(z.number()).transform((value) => value ?? 0),
  is_completed: flag,
  /** What came of it: amoCRM sends `[]` for nothing. */
  result: z
    .union([z.object({ text }), z.array(z.unknown())])
    .nullish()
    .transform((value) => (value && 'text' in value ? value.text : '')),
  responsible_user_id: userId,
  created_by: userId,
  updated_by: userId,
  created_at: z.number(),
  updated_at: z.number(),
  entity_id: z.nullish(z.number()),
  /** leads, contacts, companies or customers; null for a task of its own. */
  entity_type: z.nullish(z.string()),
})
export type Task = z.infer<typeof task>

/** amoCRM has no filter by due time: ask for the open ones by `complete_till` and stop. */
type TaskFilter = {
  readonly id?: readonly number[] | undefined
  readonly responsible_user_id?: readonly number[] | undefined
  readonly is_completed?: boolean | undefined
  readonly task_type?: readonly number[] | undefined
  readonly entity_type?: CardEntity | undefined
  /** Needs `entity_type`. */
  readonly entity_id?: readonly number[] | undefined
  readonly updated_at?: Range | undefined
}

interface TaskList extends PageOptions {
  readonly filter?: TaskFilter | undefined
  readonly order?: { readonly [key in 'created_at' | 'complete_till' | 'id']?: 'asc' | 'desc' } | undefined
}

/** `GET /tasks`. Every account honours this filter. */
export function listTasks(client: AmocrmClient, { order, ...options }: TaskList = {}): Promise<Page<Task>> {
  return readPage(client, { path: path`/tasks`, key: 'tasks', item: task, query: { order }, ...options })
}

/** `GET /tasks/{id}`. */
export function getTask(
  client: AmocrmClient,
  id: number,
  options: CallOptions = {},
): Promise<Task | undefined> {
  return readOne(client, { path: path`/tasks/${id}`, item: task, ...options })
}

/** What may be written on a task. */
export interface TaskChange {
  readonly text?: string | undefined
  readonly complete_till?: number | undefined
  readonly task_type_id?: number | undefined
  readonly responsible_user_id?: number | undefined
  readonly duration?: number | undefined
  readonly is_completed?: boolean | undefined
  readonly result?: { readonly text: string } | undefined
  readonly entity_type?: CardEntity | undefined
  readonly entity_id?: number | undefined
}

export interface NewTask extends TaskChange {
  readonly text: string
  readonly complete_till: number
}

/** `POST /tasks`: the new ids, in the order given. */
export function createTasks(
  client: AmocrmClient,
  tasks: readonly NewTask[],
  options: CallOptions = {},
): Promise<number[]> {
  return createIds(client, { path: path`/tasks`, key: 'tasks', items: tasks, ...options })
}

/** `PATCH /tasks/{id}`; to complete one: `{ is_completed: true, result: { text } }`. */
export function updateTask(
  client: AmocrmClient,
  id: number,
  change: TaskChange,
  options: CallOptions = {},
): Promise<Updated> {
  return update(client, { path: path`/tasks/${id}`, change, ...options })
}
