import { counted, hrefTo, link } from '../http/envelope.ts'
import { type Issue, invalidType, notSupportedChoice } from '../http/problem.ts'
import { at, listOf } from '../http/query.ts'
import { type Call, idParam, noContent, type Reply, type Route } from '../http/routing.ts'
import type { CardRef } from '../links.ts'
import type { CardType } from '../records.ts'
import { type Account, cardOf } from '../state.ts'
import { checkRequired, type Item, isItem, itemsIn, numberIn, refuseInvalid } from '../validation.ts'
import type { Stamp } from './card-kind.ts'
import { canLink, linkCards, unlinkCards } from './linking.ts'

const types = ':type(leads|contacts|companies)'

/** Links of one card, and of many at once. */
export const linkRoutes: readonly Route[] = [
  { method: 'GET', path: `/${types}/:id/links`, handle: listOne },
  { method: 'POST', path: `/${types}/:id/link`, handle: (call) => link_(call, idParam(call)) },
  { method: 'POST', path: `/${types}/:id/unlink`, handle: (call) => unlink(call, idParam(call)) },
  { method: 'GET', path: `/${types}/links`, handle: listMany },
  { method: 'POST', path: `/${types}/link`, handle: (call) => link_(call) },
  { method: 'POST', path: `/${types}/unlink`, handle: (call) => unlink(call) },
]

const cardTypes: readonly CardType[] = ['leads', 'contacts', 'companies']

function listOne(call: Call): Reply {
  const rows = linksOf(call.account, { type: typeOf(call), id: idParam(call) }, call)
  return rows.length > 0
    ? counted(
        call,
        'links',
        rows.map(({ shown }) => shown),
      )
    : noContent
}

/** `filter[entity_id]` is mandatory here. */
function listMany(call: Call): Reply {
  const type = typeOf(call)
  const ids = listOf(at(call.query.get('filter'), 'entity_id'))
  if (ids.length === 0) refuseInvalid([{}], () => checkRequired({}, ['entity_id'], 'filter.'))
  const rows = ids.flatMap((id) => {
    const from = { type, id: Number(id) }
    return linksOf(call.account, from, call).map(({ shown }) => ({
      entity_id: from.id,
      entity_type: type,
      ...shown,
    }))
  })
  return rows.length > 0 ? counted(call, 'links', rows) : noContent
}

function linksOf(account: Account, from: CardRef, call: Call) {
  const filter = call.query.get('filter')
  const ids = listOf(at(filter, 'to_entity_id'))
  const wanted = listOf(at(filter, 'to_entity_type'))
  return cardTypes
    .filter((type) => type !== from.type && (wanted.length === 0 || wanted.includes(type)))
    .flatMap((type) => account.links.of(from, type).map((far) => ({ type, ...far })))
    .filter(({ id }) => ids.length === 0 || ids.includes(String(id)))
    .map(({ type, id, main }) => ({ shown: viewFar(from.type, { type, id }, main) }))
}

function link_(call: Call, entityId?: number): Reply {
  const { account } = call
  const type = typeOf(call)
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => check(item, account, type, entityId, true))
  const made = items.map((item) => {
    const from = { type, id: entityId ?? numberIn(item, 'entity_id') ?? 0 }
    const to = targetOf(item)
    const { metadata } = item
    const main = isItem(metadata) && (metadata.is_main === true || metadata.main_contact === true)
    linkCards(account, from, to, main, stampOf(call, item))
    const linked = account.links.of(from, to.type).find(({ id }) => id === to.id)
    return { entity_id: from.id, entity_type: type, ...viewFar(type, to, linked?.main ?? false) }
  })
  const href = entityId === undefined ? hrefTo(call, type, 'links') : hrefTo(call, type, entityId, 'links')
  return {
    status: 200,
    body: { _total_items: made.length, _links: { self: link(href) }, _embedded: { links: made } },
  }
}

function unlink(call: Call, entityId?: number): Reply {
  const { account } = call
  const type = typeOf(call)
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => check(item, account, type, entityId, false))
  for (const item of items) {
    const from = { type, id: entityId ?? numberIn(item, 'entity_id') ?? 0 }
    unlinkCards(account, from, targetOf(item), stampOf(call, item))
  }
  return noContent
}

function check(
  item: Item,
  account: Account,
  type: CardType,
  entityId: number | undefined,
  exists: boolean,
): Issue[] {
  const missing = checkRequired(item, [
    ...(entityId === undefined ? ['entity_id'] : []),
    'to_entity_id',
    'to_entity_type',
  ])
  if (missing.length > 0) return missing
  const to = targetOf(item)
  if (!cardTypes.includes(to.type) || !canLink(type, to.type)) return [notSupportedChoice('to_entity_type')]
  if (!Number.isSafeInteger(item.to_entity_id)) return [invalidType('to_entity_id', 'int')]
  const from = entityId ?? numberIn(item, 'entity_id') ?? 0
  return [
    ...(isCard(account, type, from) ? [] : [notSupportedChoice('entity_id')]),
    ...(!exists || isCard(account, to.type, to.id) ? [] : [notSupportedChoice('to_entity_id')]),
  ]
}

const isCard = (account: Account, type: CardType, id: number) =>
  cardOf(account, type, id)?.is_deleted === false

const typeOf = ({ params }: Call) => params.type as CardType

const targetOf = (item: Item): CardRef => ({
  type: item.to_entity_type as CardType,
  id: numberIn(item, 'to_entity_id') ?? 0,
})

function stampOf({ userId, now }: Call, { metadata }: Item): Stamp {
  const by = isItem(metadata) ? numberIn(metadata, 'updated_by') : undefined
  return { by: by ?? userId, at: now }
}

/** Only a contact seen from a deal has something to say about the link. */
function viewFar(from: CardType, to: CardRef, main: boolean) {
  return {
    to_entity_id: to.id,
    to_entity_type: to.type,
    metadata: from === 'leads' && to.type === 'contacts' ? { main_contact: main } : null,
  }
}
