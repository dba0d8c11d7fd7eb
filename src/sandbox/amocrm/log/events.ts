import { counted, paged, selfLink } from '../http/envelope.ts'
import { between, type Filters, filtered, oneOf, withOf } from '../http/filters.ts'
import { at, listOf, type QueryNode, textOf } from '../http/query.ts'
import { type Call, noContent, type Reply, type Route } from '../http/routing.ts'
import type { Account } from '../state.ts'
import { eventTypes } from './event-types.ts'
import { valueFilter } from './event-values.ts'
import type { EventRecord } from './record-event.ts'

/** The change log: newest first, 100 a page at most. */
export const eventRoutes: readonly Route[] = [
  { method: 'GET', path: '/events', handle: list },
  { method: 'GET', path: '/events/types', handle: types },
  { method: 'GET', path: '/events/:event', handle: one },
]

const filters: Filters<EventRecord> = {
  id: oneOf((event) => event.id),
  created_at: between((event) => event.created_at),
  created_by: oneOf((event) => event.created_by),
  entity: oneOf((event) => event.entity_type),
  entity_id: oneOf((event) => event.entity_id),
  type: (event, node) => listOf(node).some((type) => isOfType(event, type)),
  value_before: (event, node) => valueFilter(event.value_before, node),
  value_after: (event, node) => valueFilter(event.value_after, node),
}

function list(call: Call): Reply {
  const { account, query } = call
  const found = needsEntity(query.get('filter'))
    ? []
    : filtered(account.events.values(), query, filters, account)
  const newestFirst = found.toSorted((a, b) => b.created_at - a.created_at || b.sequence - a.sequence)
  const wanted = withOf(query)
  return paged(call, 'events', newestFirst, (event) => view(event, account, wanted), { usual: 50, most: 100 })
}

function one(call: Call): Reply {
  const event = call.account.events.get(call.params.event ?? '')
  return event ? { status: 200, body: view(event, call.account, withOf(call.query)) } : noContent
}

/** In Russian unless `language_code` says another; all others are given in English. */
function types(call: Call): Reply {
  const isRussian = (textOf(call.query.get('language_code')) ?? 'ru') === 'ru'
  const own = [...call.account.fields.values()].map((field) => ({
    key: `custom_field_${field.id}_value_changed`,
    type: 38,
    lang: isRussian ? `Изменение поля «${field.name}»` : `Field “${field.name}” changed`,
  }))
  const common = eventTypes.map(([key, type, ru, en]) => ({ key, type, lang: isRussian ? ru : en }))
  return counted(call, 'events_types', [...common, ...own])
}

/** An entity id counts only together with exactly one kind of entity. */
function needsEntity(filter: QueryNode | undefined): boolean {
  return at(filter, 'entity_id') !== undefined && listOf(at(filter, 'entity')).length !== 1
}

function isOfType({ type }: EventRecord, wanted: string): boolean {
  return (
    type === wanted ||
    (wanted === 'custom_field_value_changed' && /^custom_field_\d+_value_changed$/.test(type))
  )
}

const tables = { lead: 'leads', contact: 'contacts', company: 'companies', task: 'tasks' } as const

function view(event: EventRecord, account: Account, wanted: ReadonlySet<string>): object {
  const { sequence: _sequence, entity_type: type, ...shown } = event
  const table = tables[type]
  const name =
    type !== 'task' && wanted.has(`${type}_name`)
      ? account[tables[type]].get(event.entity_id)?.name
      : undefined
  return {
    ...shown,
    entity_type: type,
    ...(wanted.has('note')
      ? { value_after: event.value_after.map((value) => withNote(value, account)) }
      : {}),
    account_id: account.id,
    _links: selfLink({ account }, 'events', event.id),
    _embedded: {
      entity: {
        id: event.entity_id,
        ...(name === undefined ? {} : { name }),
        _links: selfLink({ account }, table, event.entity_id),
      },
    },
  }
}

/** `with=note` puts the whole note where its id stood. */
function withNote(value: object, account: Account): object {
  if (!('note' in value)) return value
  const { id } = value.note as { id: number }
  const note = account.notes.get(id)
  if (!note) return value
  const { is_pinned: _pinned, entity_type: _type, ...shown } = note
  return { note: shown }
}
