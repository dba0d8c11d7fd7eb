import { groupOf } from '../cards/card-write.ts'
import { fieldMissing, type Issue, invalidType, notBlank, notSupportedChoice } from '../http/problem.ts'
import { recordEvent } from '../log/record-event.ts'
import type { CardType, Task } from '../records.ts'
import { type Account, cardOf, nextId } from '../state.ts'
import {
  activeUser,
  author,
  boolean,
  checkKeys,
  choiceOf,
  type Item,
  integer,
  isItem,
  nullOr,
  numberIn,
  type Rules,
  text,
  textIn,
} from '../validation.ts'
import { taskTypes } from './task-types.ts'

/** What is wrong with one task; nothing is changed. */
export function checkTask(item: Item, account: Account): Issue[] {
  return [...checkKeys(item, rules, account), ...checkText(item), ...checkEntity(item, account)]
}

export function createTask(item: Item, account: Account, userId: number, now: number): Task {
  const responsible = numberIn(item, 'responsible_user_id') ?? userId
  const by = numberIn(item, 'created_by') ?? userId
  const at = numberIn(item, 'created_at') ?? now
  const task: Task = {
    id: nextId(account, 'tasks'),
    created_by: by,
    updated_by: numberIn(item, 'updated_by') ?? by,
    created_at: at,
    updated_at: numberIn(item, 'updated_at') ?? at,
    responsible_user_id: responsible,
    group_id: groupOf(account, responsible),
    entity_id: numberIn(item, 'entity_id') ?? null,
    entity_type: (textIn(item, 'entity_type') as CardType | undefined) ?? null,
    duration: numberIn(item, 'duration') ?? 0,
    is_completed: item.is_completed === true,
    task_type_id: numberIn(item, 'task_type_id') ?? 1,
    text: textIn(item, 'text') ?? '',
    result: resultOf(item) ?? '',
    complete_till: numberIn(item, 'complete_till') ?? now,
  }
  account.tasks.set(task.id, task)
  index(account, task)
  const event = { entity: 'task', id: task.id, by, at } as const
  recordEvent(account, { ...event, type: 'task_added', after: [{ task: { text: task.text } }] })
  if (task.is_completed) recordEvent(account, { ...event, type: 'task_completed' })
  return task
}

/** Merges a checked element into a task, one event per thing that changed. */
export function updateTask(task: Task, item: Item, account: Account, userId: number, now: number): void {
  const by = numberIn(item, 'updated_by') ?? userId
  const record = (type: string, before: readonly object[], after: readonly object[]) =>
    recordEvent(account, { type, entity: 'task', id: task.id, by, at: now, before, after })
  const next: Task = { ...task, ...changedKeys(item, task) }
  if (next.text !== task.text) {
    record('task_text_changed', [{ task: { text: task.text } }], [{ task: { text: next.text } }])
  }
  if (next.complete_till !== task.complete_till) {
    const value = (timestamp: number) => [{ task_deadline: { timestamp } }]
    record('task_deadline_changed', value(task.complete_till), value(next.complete_till))
  }
  if (next.task_type_id !== task.task_type_id) {
    record(
      'task_type_changed',
      [{ task_type: { id: task.task_type_id } }],
      [{ task_type: { id: next.task_type_id } }],
    )
  }
  if (next.responsible_user_id !== task.responsible_user_id) {
    const value = (id: number) => [{ responsible_user: { id } }]
    record('entity_responsible_changed', value(task.responsible_user_id), value(next.responsible_user_id))
  }
  if (next.result !== task.result) record('task_result_added', [], [{ task: { text: next.result } }])
  if (next.is_completed && !task.is_completed) record('task_completed', [], [])
  unindex(account, task)
  Object.assign(task, next, {
    group_id: groupOf(account, next.responsible_user_id),
    updated_by: by,
    updated_at: numberIn(item, 'updated_at') ?? now,
  })
  index(account, task)
}

const rules: Rules = {
  responsible_user_id: activeUser,
  entity_id: nullOr(integer),
  entity_type: nullOr(choiceOf(['leads', 'contacts', 'companies'])),
  is_completed: boolean,
  task_type_id: (value, path, account) =>
    integer(value, path, account) ??
    (taskTypes.some(({ id }) => id === value) ? undefined : notSupportedChoice(path)),
  text,
  duration: integer,
  complete_till: integer,
  created_by: author,
  updated_by: author,
  created_at: integer,
  updated_at: integer,
  result: (value, path) => (isItem(value) || Array.isArray(value) ? undefined : invalidType(path, 'array')),
}

function checkText(item: Item): Issue[] {
  return textIn(item, 'text')?.trim() === '' ? [notBlank('text')] : []
}

/** A task stands alone, or on a card that exists. */
function checkEntity(item: Item, account: Account): Issue[] {
  const { entity_id: id, entity_type: type } = item
  if (id != null && type === undefined) return [fieldMissing('entity_type')]
  if (id == null || typeof type !== 'string') return []
  const known = type === 'leads' || type === 'contacts' || type === 'companies'
  if (!known) return []
  return cardOf(account, type, Number(id))?.is_deleted === false ? [] : [notSupportedChoice('entity_id')]
}

function changedKeys(item: Item, task: Task): Partial<Task> {
  return {
    text: textIn(item, 'text') ?? task.text,
    complete_till: numberIn(item, 'complete_till') ?? task.complete_till,
    task_type_id: numberIn(item, 'task_type_id') ?? task.task_type_id,
    responsible_user_id: numberIn(item, 'responsible_user_id') ?? task.responsible_user_id,
    duration: numberIn(item, 'duration') ?? task.duration,
    is_completed: typeof item.is_completed === 'boolean' ? item.is_completed : task.is_completed,
    result: resultOf(item) ?? task.result,
    entity_id: item.entity_id === undefined ? task.entity_id : (numberIn(item, 'entity_id') ?? null),
    entity_type:
      item.entity_type === undefined
        ? task.entity_type
        : ((textIn(item, 'entity_type') as CardType | undefined) ?? null),
  }
}

function resultOf({ result }: Item): string | undefined {
  return isItem(result) ? textIn(result, 'text') : undefined
}

function index(account: Account, task: Task): void {
  const key = `${task.entity_type}:${task.entity_id}`
  const ids = account.tasksOf.get(key) ?? new Set()
  account.tasksOf.set(key, ids.add(task.id))
}

function unindex(account: Account, task: Task): void {
  account.tasksOf.get(`${task.entity_type}:${task.entity_id}`)?.delete(task.id)
}
