import { selfLink } from '../http/envelope.ts'
import { ApiProblem, type Issue, notSupportedChoice } from '../http/problem.ts'
import { type Call, noContent, type Reply, type Route } from '../http/routing.ts'
import type { CardType, FieldGroup } from '../records.ts'
import { nextId } from '../state.ts'
import {
  array,
  checkKeys,
  checkRequired,
  type Item,
  integer,
  itemIn,
  itemsIn,
  numberIn,
  refuseInvalid,
  requestIdOf,
  text,
  textIn,
} from '../validation.ts'

const path = '/:type(leads|contacts|companies)/custom_fields/groups'

/** Tabs of a card. Their ids are words; an unknown one is 404, not 204. */
export const fieldGroupRoutes: readonly Route[] = [
  { method: 'GET', path, handle: list },
  {
    method: 'GET',
    path: `${path}/:group`,
    handle: (call) => ({ status: 200, body: view(call, groupHere(call)) }),
  },
  { method: 'POST', path, handle: create },
  { method: 'PATCH', path: `${path}/:group`, handle: update },
  { method: 'DELETE', path: `${path}/:group`, handle: remove },
]

const rules = { name: text, sort: integer, fields: array }

function list(call: Call): Reply {
  const groups = groupsOf(call).map((group) => view(call, group))
  return { status: 200, body: { _total_items: groups.length, _embedded: { custom_field_groups: groups } } }
}

function create(call: Call): Reply {
  const { account } = call
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => [...checkRequired(item, ['name']), ...check(item, call)])
  const made = items.map((item, index) => {
    const group: FieldGroup = {
      id: `${typeOf(call)}_${nextId(account, 'fieldGroups')}`,
      entity_type: typeOf(call),
      type: 'custom_field_group',
      is_predefined: false,
      name: textIn(item, 'name') ?? '',
      sort: numberIn(item, 'sort') ?? groupsOf(call).length,
    }
    account.fieldGroups.set(keyOf(group.entity_type, group.id), group)
    moveFields(item, group, call)
    return { ...view(call, group), request_id: requestIdOf(item, index) }
  })
  return { status: 201, body: { _total_items: made.length, _embedded: { custom_field_groups: made } } }
}

function update(call: Call): Reply {
  const group = groupHere(call)
  const item = itemIn(call.body)
  refuseInvalid([item], () => check(item, call))
  group.name = textIn(item, 'name') ?? group.name
  group.sort = numberIn(item, 'sort') ?? group.sort
  moveFields(item, group, call)
  const fields = [...call.account.fields.values()].filter(({ group_id: id }) => id === group.id)
  return { status: 200, body: { ...view(call, group), fields: fields.map(({ id }) => id) } }
}

/** Its fields go back to the first tab. */
function remove(call: Call): Reply {
  const group = groupHere(call)
  if (group.is_predefined) throw new ApiProblem(422, 'The group cannot be deleted')
  call.account.fieldGroups.delete(keyOf(group.entity_type, group.id))
  for (const field of call.account.fields.values()) {
    if (field.group_id === group.id) field.group_id = null
  }
  return noContent
}

function check(item: Item, call: Call): Issue[] {
  const { fields } = item
  const wrong = Array.isArray(fields)
    ? fields.flatMap((id: unknown, index) =>
        typeof id === 'number' && call.account.fields.get(id)?.entity_type === typeOf(call)
          ? []
          : [notSupportedChoice(`fields.${index}`)],
      )
    : []
  return [...checkKeys(item, rules, call.account), ...wrong]
}

function moveFields({ fields }: Item, group: FieldGroup, { account }: Call): void {
  if (!Array.isArray(fields)) return
  for (const id of fields) {
    const field = account.fields.get(Number(id))
    if (field) field.group_id = group.id
  }
}

function groupHere(call: Call): FieldGroup {
  const group = call.account.fieldGroups.get(keyOf(typeOf(call), call.params.group ?? ''))
  if (!group) throw new ApiProblem(404, 'Not found')
  return group
}

function groupsOf(call: Call): FieldGroup[] {
  const mine = [...call.account.fieldGroups.values()].filter((group) => group.entity_type === typeOf(call))
  return mine.sort((a, b) => a.sort - b.sort)
}

const typeOf = ({ params }: Call) => params.type as CardType

const keyOf = (type: CardType, id: string) => `${type}/${id}`

const view = (call: Call, { id, name, is_predefined, type, entity_type, sort }: FieldGroup) => ({
  id,
  name,
  is_predefined,
  type,
  entity_type,
  sort,
  _links: selfLink(call, entity_type, 'custom_fields/groups', id),
})
