import { pagedAndCounted, selfLink } from '../http/envelope.ts'
import { type Filters, filtered, oneOf, ordered } from '../http/filters.ts'
import { ApiProblem, notSupportedChoice } from '../http/problem.ts'
import { type Call, idParam, noContent, type Reply, type Route } from '../http/routing.ts'
import type { CardType, CustomField } from '../records.ts'
import {
  checkId,
  checkRequired,
  choiceOf,
  type Item,
  itemIn,
  itemsIn,
  numberIn,
  refuseInvalid,
  requestIdOf,
} from '../validation.ts'
import { changeField, checkField, creatableTypes, makeField, removeField } from './custom-field-write.ts'

const path = '/:type(leads|contacts|companies)/custom_fields'

/** Definitions of custom fields: 50 a page, counted. */
export const customFieldRoutes: readonly Route[] = [
  { method: 'GET', path, handle: list },
  { method: 'GET', path: `${path}/:id`, handle: one },
  { method: 'POST', path, handle: create },
  { method: 'PATCH', path, handle: updateSeveral },
  { method: 'PATCH', path: `${path}/:id`, handle: updateOne },
  { method: 'DELETE', path: `${path}/:id`, handle: remove },
]

const filters: Filters<CustomField> = {
  id: oneOf((field) => field.id),
  type: oneOf((field) => field.type),
}

const orders = { sort: (field: CustomField) => field.sort, id: (field: CustomField) => field.id }

const bySort = new Map([['order', new Map([['sort', 'asc']])]])

function list(call: Call): Reply {
  const { account, query } = call
  const mine = [...account.fields.values()].filter((field) => field.entity_type === typeOf(call))
  const found = filtered(mine, query, filters, account)
  const rows = ordered(found, query.has('order') ? query : bySort, orders)
  return pagedAndCounted(call, 'custom_fields', rows, (field) => view(call, field), {
    size: { usual: 50, most: 50 },
    totalOfPage: true,
  })
}

function one(call: Call): Reply {
  const field = fieldHere(call, idParam(call))
  return field ? { status: 200, body: view(call, field) } : noContent
}

function create(call: Call): Reply {
  const { account } = call
  const type = typeOf(call)
  const items = itemsIn(call.body)
  const known = choiceOf(creatableTypes)
  refuseInvalid(items, (item) => [
    ...checkRequired(item, ['name', 'type']),
    ...(item.type === undefined ? [] : [known(item.type, 'type', account) ?? []].flat()),
    ...checkField(item, account, type),
  ])
  const made = items.map((item, index) => ({
    ...view(call, makeField(item, account, type)),
    request_id: requestIdOf(item, index),
  }))
  return many(made, 201)
}

function updateSeveral(call: Call): Reply {
  const { account } = call
  const items = itemsIn(call.body)
  const fieldOf = (item: Item) => fieldHere(call, numberIn(item, 'id') ?? 0)
  refuseInvalid(items, (item) => {
    const missing = checkId(item, account)
    if (missing.length > 0) return missing
    const field = fieldOf(item)
    return field ? checkField(item, account, field.entity_type, field) : [notSupportedChoice('id')]
  })
  const changed = items.flatMap((item, index) => {
    const field = fieldOf(item)
    if (!field) return []
    changeField(field, item, account)
    return [{ ...view(call, field), request_id: requestIdOf(item, index) }]
  })
  return many(changed, 200)
}

function updateOne(call: Call): Reply {
  const field = fieldHere(call, idParam(call))
  if (!field) return noContent
  const item = itemIn(call.body)
  refuseInvalid([item], () => checkField(item, call.account, field.entity_type, field))
  changeField(field, item, call.account)
  return { status: 200, body: { ...view(call, field), request_id: requestIdOf(item, 0) } }
}

function remove(call: Call): Reply {
  const field = fieldHere(call, idParam(call))
  if (!field) return noContent
  if (!field.is_deletable) throw new ApiProblem(422, 'The field cannot be deleted')
  removeField(field, call.account)
  return noContent
}

const typeOf = ({ params }: Call) => params.type as CardType

function fieldHere(call: Call, id: number): CustomField | undefined {
  const field = call.account.fields.get(id)
  return field?.entity_type === typeOf(call) ? field : undefined
}

const many = (fields: readonly object[], status: number): Reply => ({
  status,
  body: { _total_items: fields.length, _embedded: { custom_fields: fields } },
})

/** Deals say whether a field is computed, the others whether it came with the account. */
function view(call: Call, field: CustomField): object {
  const { entity_type: type } = field
  return {
    id: field.id,
    name: field.name,
    type: field.type,
    account_id: call.account.id,
    code: field.code,
    sort: field.sort,
    is_api_only: field.is_api_only,
    enums: field.enums?.toSorted((a, b) => a.sort - b.sort) ?? null,
    group_id: field.group_id,
    required_statuses: field.required_statuses,
    hidden_statuses: field.hidden_statuses,
    is_deletable: field.is_deletable,
    is_predefined: field.is_predefined,
    ...(type === 'leads' ? { is_computed: false } : {}),
    entity_type: type,
    tracking_callback: field.tracking_callback,
    remind: field.remind,
    currency: field.currency,
    chained_lists: null,
    nested: null,
    _links: selfLink(call, type, 'custom_fields', field.id),
  }
}
