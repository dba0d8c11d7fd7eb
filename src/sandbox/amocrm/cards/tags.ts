import { collection, paged } from '../http/envelope.ts'
import { exactly, type Filters, filtered, oneOf } from '../http/filters.ts'
import { type Issue, notSupportedChoice } from '../http/problem.ts'
import { textOf } from '../http/query.ts'
import { type Call, idParam, noContent, type Reply, type Route } from '../http/routing.ts'
import type { CardType, Tag } from '../records.ts'
import {
  checkId,
  checkKeys,
  checkRequired,
  type Item,
  itemIn,
  itemsIn,
  numberIn,
  type Rule,
  refuseInvalid,
  requestIdOf,
  text,
  textIn,
} from '../validation.ts'
import { tagNamed } from './tag-changes.ts'

const path = '/:type(leads|contacts|companies)/tags'

/** Tags of a kind of card; only those of deals can be changed. */
export const tagRoutes: readonly Route[] = [
  { method: 'GET', path, handle: list },
  { method: 'POST', path, handle: create },
  { method: 'PATCH', path: '/:type(leads)/tags', handle: updateSeveral },
  { method: 'PATCH', path: '/:type(leads)/tags/:id', handle: updateOne },
]

const colors = new Set(
  (
    'EBEBEB D0D0D0 F2DDF7 D1A4DC FF8F92 FFC8C8 C7DB8C DDEBB5 8699DA AABDFF FFCE5A FFE193 ' +
    '90CDB0 C6F4DE A9A5D7 D8D5FF 86C0FC 832161 6A0F49 0C7C59 10599D 9D2B32 247BA0'
  ).split(' '),
)

const color: Rule = (value, at) =>
  value === null || (typeof value === 'string' && colors.has(value.toUpperCase()))
    ? undefined
    : notSupportedChoice(at)

const filters: Filters<Tag> = { id: oneOf((tag) => tag.id), name: exactly((tag) => tag.name) }

function list(call: Call): Reply {
  const { account, query } = call
  const needle = (textOf(query.get('query')) ?? '').toLowerCase()
  const tags = [...tagsOf(call).values()].filter(({ name }) => name.toLowerCase().includes(needle))
  return paged(call, 'tags', filtered(tags, query, filters, account), (tag) => view(call, tag))
}

/** A name that exists gives the tag that has it. */
function create(call: Call): Reply {
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => [...checkRequired(item, ['name']), ...check(item, call)])
  const made = items.map((item, index) => {
    const tag = tagNamed(call.account, typeOf(call), textIn(item, 'name') ?? '')
    tag.color ??= textIn(item, 'color') ?? null
    return { ...view(call, tag), request_id: requestIdOf(item, index) }
  })
  return { status: 200, body: { _total_items: made.length, _embedded: { tags: made } } }
}

function updateSeveral(call: Call): Reply {
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => [...checkId(item, call.account), ...check(item, call)])
  const updated = items.flatMap((item) => {
    const tag = tagsOf(call).get(numberIn(item, 'id') ?? 0)
    return tag ? [view(call, update(tag, item))] : []
  })
  return updated.length > 0 ? collection(call, 'tags', updated) : noContent
}

function updateOne(call: Call): Reply {
  const tag = tagsOf(call).get(idParam(call))
  if (!tag) return noContent
  const item = itemIn(call.body)
  refuseInvalid([item], () => check(item, call))
  return { status: 200, body: view(call, update(tag, item)) }
}

function update(tag: Tag, item: Item): Tag {
  tag.name = textIn(item, 'name') ?? tag.name
  if (item.color !== undefined) tag.color = textIn(item, 'color') ?? null
  return tag
}

function check(item: Item, call: Call): Issue[] {
  return checkKeys(item, typeOf(call) === 'leads' ? { name: text, color } : { name: text }, call.account)
}

const typeOf = ({ params }: Call) => params.type as CardType

const tagsOf = (call: Call) => call.account.tags[typeOf(call)]

const view = (call: Call, { id, name, color: own }: Tag) => ({
  id,
  name,
  color: typeOf(call) === 'leads' ? own : null,
})
