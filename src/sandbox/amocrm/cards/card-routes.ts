import { collection, paged, selfLink } from '../http/envelope.ts'
import { ordered, withOf } from '../http/filters.ts'
import type { Issue } from '../http/problem.ts'
import { type Call, idParam, noContent, type Reply, type Route } from '../http/routing.ts'
import type { Card } from '../records.ts'
import {
  checkId,
  type Item,
  isItem,
  itemIn,
  itemsIn,
  numberIn,
  refuseInvalid,
  requestIdOf,
} from '../validation.ts'
import type { CardKind } from './card-kind.ts'
import { searchCards } from './card-search.ts'
import { viewCard, viewDeleted } from './card-view.ts'
import { checkCard, createCard, updateCard } from './card-write.ts'
import { checkEmbedded, linkEmbedded } from './embedded-links.ts'

/** List, one, create and update: the same five calls for deals, contacts and companies. */
export function cardRoutes<T extends Card>(kind: CardKind<T>): Route[] {
  const path = `/${kind.type}`
  return [
    { method: 'GET', path, handle: (call) => list(kind, call) },
    { method: 'GET', path: `${path}/:id`, handle: (call) => one(kind, call) },
    { method: 'POST', path, handle: (call) => create(kind, call) },
    { method: 'PATCH', path, handle: (call) => updateSeveral(kind, call) },
    { method: 'PATCH', path: `${path}/:id`, handle: (call) => updateOne(kind, call) },
  ]
}

function list<T extends Card>(kind: CardKind<T>, call: Call): Reply {
  const { account, query } = call
  const wanted = withOf(query)
  if (wanted.has('only_deleted')) {
    const deleted = [...kind.cards(account).values()].filter((card) => card.is_deleted)
    return paged(call, kind.type, ordered(deleted, query, kind.orders), (card) =>
      viewDeleted(card, kind.type, account),
    )
  }
  const found = ordered(searchCards(kind, account, query), query, kind.orders)
  return paged(call, kind.type, found, (card) => viewCard(kind, card, account, wanted))
}

function one<T extends Card>(kind: CardKind<T>, call: Call): Reply {
  const card = kind.cards(call.account).get(idParam(call))
  if (!card || card.is_deleted) return noContent
  return { status: 200, body: viewCard(kind, card, call.account, withOf(call.query)) }
}

function create<T extends Card>(kind: CardKind<T>, call: Call): Reply {
  const { account, userId, now } = call
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => [
    ...checkCard(kind, item, account),
    ...checkEmbedded(kind.type, item, account),
  ])
  const made = items.map((item, index) => {
    const card = createCard(kind, item, account, userId, now)
    linkEmbedded(account, kind.type, card.id, item, { by: card.created_by, at: card.created_at })
    return { id: card.id, request_id: requestIdOf(item, index), _links: selfLink(call, kind.type, card.id) }
  })
  return collection(call, kind.type, made)
}

/** Elements that name no card are skipped; when none is left, nothing is said. */
function updateSeveral<T extends Card>(kind: CardKind<T>, call: Call): Reply {
  const { account, userId, now } = call
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => [...checkId(item, call.account), ...issuesOf(kind, item, call)])
  const updated = items.flatMap((item) => {
    const card = currentOf(kind, item, call)
    if (!card) return []
    updateCard(kind, card, item, account, userId, now)
    return [updateReply(kind, card, call)]
  })
  return updated.length > 0 ? collection(call, kind.type, updated) : noContent
}

function updateOne<T extends Card>(kind: CardKind<T>, call: Call): Reply {
  const { account, userId, now } = call
  const item: Item = { ...itemIn(call.body), id: idParam(call) }
  const card = currentOf(kind, item, call)
  if (!card) return noContent
  refuseInvalid([item], () => issuesOf(kind, item, call))
  updateCard(kind, card, item, account, userId, now)
  return { status: 200, body: updateReply(kind, card, call) }
}

function issuesOf<T extends Card>(kind: CardKind<T>, item: Item, call: Call): Issue[] {
  return checkCard(kind, item, call.account, currentOf(kind, item, call))
}

function currentOf<T extends Card>(kind: CardKind<T>, item: Item, call: Call): T | undefined {
  const card = kind.cards(call.account).get(numberIn(item, 'id') ?? 0)
  return isItem(card) && !card.is_deleted ? card : undefined
}

function updateReply<T extends Card>(kind: CardKind<T>, card: T, call: Call): object {
  return {
    id: card.id,
    ...(kind.repliesWithName ? { name: card.name } : {}),
    updated_at: card.updated_at,
    _links: selfLink(call, kind.type, card.id),
  }
}
