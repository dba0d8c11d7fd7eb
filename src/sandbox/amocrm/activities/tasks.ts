import { collection, paged, selfLink } from '../http/envelope.ts'
import { between, type Filters, filtered, oneOf, ordered } from '../http/filters.ts'
import { at, listOf, textOf } from '../http/query.ts'
import { type Call, idParam, noContent, type Reply, type Route } from '../http/routing.ts'
import type { Task } from '../records.ts'
import type { Account } from '../state.ts'
import {
  checkId,
  checkRequired,
  itemIn,
  itemsIn,
  numberIn,
  refuseInvalid,
  requestIdOf,
} from '../validation.ts'
import { checkTask, createTask, updateTask } from './task-write.ts'

export const taskRoutes: readonly Route[] = [
  { method: 'GET', path: '/tasks', handle: list },
  { method: 'GET', path: '/tasks/:id', handle: one },
  { method: 'POST', path: '/tasks', handle: create },
  { method: 'PATCH', path: '/tasks', handle: updateSeveral },
  { method: 'PATCH', path: '/tasks/:id', handle: updateOne },
]

const byType = oneOf((task: Task) => task.task_type_id)

const filters: Filters<Task> = {
  id: oneOf((task) => task.id),
  responsible_user_id: oneOf((task) => task.responsible_user_id),
  created_by: oneOf((task) => task.created_by),
  is_completed: (task, node) => listOf(node).includes(String(Number(task.is_completed))),
  task_type: byType,
  task_type_id: byType,
  entity_type: oneOf((task) => task.entity_type),
  entity_id: oneOf((task) => task.entity_id),
  updated_at: between((task) => task.updated_at),
  created_at: between((task) => task.created_at),
}

const orders = {
  created_at: (task: Task) => task.created_at,
  complete_till: (task: Task) => task.complete_till,
  updated_at: (task: Task) => task.updated_at,
  id: (task: Task) => task.id,
}

function list(call: Call): Reply {
  const { account, query } = call
  const filter = query.get('filter')
  const found = filtered(account.tasks.values(), query, filters, account)
  /** An entity id means nothing without its type. */
  const lonely = at(filter, 'entity_id') !== undefined && textOf(at(filter, 'entity_type')) === undefined
  const typed = lonely && listOf(at(filter, 'entity_type')).length === 0 ? [] : found
  return paged(call, 'tasks', ordered(typed, query, orders), (task) => view(task, account))
}

function one(call: Call): Reply {
  const task = call.account.tasks.get(idParam(call))
  return task ? { status: 200, body: view(task, call.account) } : noContent
}

function create(call: Call): Reply {
  const { account, userId, now } = call
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => [
    ...checkRequired(item, ['text', 'complete_till']),
    ...checkTask(item, account),
  ])
  const made = items.map((item, index) => {
    const { id } = createTask(item, account, userId, now)
    return { id, request_id: requestIdOf(item, index), _links: selfLink(call, 'tasks', id) }
  })
  return collection(call, 'tasks', made)
}

function updateSeveral(call: Call): Reply {
  const { account, userId, now } = call
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => [...checkId(item, account), ...checkTask(item, account)])
  const updated = items.flatMap((item, index) => {
    const task = account.tasks.get(numberIn(item, 'id') ?? 0)
    if (!task) return []
    updateTask(task, item, account, userId, now)
    return [updateReply(call, task, requestIdOf(item, index))]
  })
  return updated.length > 0 ? collection(call, 'tasks', updated) : noContent
}

function updateOne(call: Call): Reply {
  const { account, userId, now } = call
  const task = account.tasks.get(idParam(call))
  if (!task) return noContent
  const item = itemIn(call.body)
  refuseInvalid([item], () => checkTask(item, account))
  updateTask(task, item, account, userId, now)
  return { status: 200, body: updateReply(call, task, requestIdOf(item, 0)) }
}

const updateReply = (call: Call, { id, updated_at }: Task, requestId: string) => ({
  id,
  updated_at,
  request_id: requestId,
  _links: selfLink(call, 'tasks', id),
})

function view(task: Task, account: Account): object {
  const { result, ...shown } = task
  return {
    ...shown,
    result: result === '' ? [] : { text: result },
    account_id: account.id,
    _links: selfLink({ account }, 'tasks', task.id),
  }
}
