import { ApiProblem, type Issue, invalidType, notSupportedChoice } from '../http/problem.ts'
import type { Call, Reply, Route } from '../http/routing.ts'
import type { Card, CardType } from '../records.ts'
import { type Account, cardOf } from '../state.ts'
import { type Item, isItem, itemsIn, numberIn, refuseInvalid, requestIdOf } from '../validation.ts'
import type { CardKind } from './card-kind.ts'
import { checkCard, createCard } from './card-write.ts'
import { companyKind } from './companies.ts'
import { contactKind } from './contacts.ts'
import { leadKind } from './leads.ts'
import { linkCards } from './linking.ts'

/** Deals together with their contact and company: at most 50, each 40 field values, one contact, one company. */
export const complexRoutes: readonly Route[] = [{ method: 'POST', path: '/leads/complex', handle: create }]

const mostDeals = 50
const mostFields = 40

function create(call: Call): Reply {
  const { account } = call
  const items = itemsIn(call.body, mostDeals)
  refuseInvalid(items, (item) => [
    ...checkCard(leadKind, item, account),
    ...checkCount(item, ''),
    ...checkPart(contactKind, item, account),
    ...checkPart(companyKind, item, account),
  ])
  return { status: 200, body: items.map((item, index) => createOne(item, index, call)) }
}

function createOne(item: Item, index: number, call: Call): object {
  const { account, userId, now } = call
  const lead = createCard(leadKind, item, account, userId, now)
  const contact = partId(contactKind, item, call)
  const company = partId(companyKind, item, call)
  const stamp = { by: lead.created_by, at: lead.created_at }
  const leadRef = { type: 'leads', id: lead.id } as const
  if (contact !== undefined) linkCards(account, leadRef, { type: 'contacts', id: contact }, true, stamp)
  if (company !== undefined) {
    linkCards(account, leadRef, { type: 'companies', id: company }, false, stamp)
    if (
      contact !== undefined &&
      account.links.of({ type: 'contacts', id: contact }, 'companies').length === 0
    ) {
      linkCards(account, { type: 'contacts', id: contact }, { type: 'companies', id: company }, false, stamp)
    }
  }
  return {
    id: lead.id,
    contact_id: contact ?? null,
    company_id: company ?? null,
    request_id: [requestIdOf(item, index)],
    merged: false,
  }
}

/** The one contact or company of an element: a whole model, or the id of one that exists. */
function partOf(item: Item, type: CardType): unknown[] | undefined {
  const { _embedded: embedded } = item
  const list = isItem(embedded) ? embedded[type] : undefined
  return Array.isArray(list) ? list : undefined
}

function checkPart<T extends Card>(kind: CardKind<T>, item: Item, account: Account): Issue[] {
  const path = `_embedded.${kind.type}`
  const parts = partOf(item, kind.type)
  if (!parts || parts.length === 0) return []
  if (parts.length > 1) {
    return [{ code: 'TooMany', path, detail: 'This collection should contain 1 element or less.' }]
  }
  const [part] = parts
  if (!isItem(part)) return [invalidType(`${path}.0`, 'array')]
  if (part.id != null) {
    return cardOf(account, kind.type, numberIn(part, 'id') ?? 0)?.is_deleted === false
      ? []
      : [notSupportedChoice(`${path}.0.id`)]
  }
  return [...checkCard(kind, part, account, undefined, `${path}.0.`), ...checkCount(part, `${path}.0.`)]
}

function checkCount({ custom_fields_values: values }: Item, path: string): Issue[] {
  if (!Array.isArray(values) || values.length <= mostFields) return []
  const detail = `This collection should contain ${mostFields} elements or less.`
  return [{ code: 'TooMany', path: `${path}custom_fields_values`, detail }]
}

function partId<T extends Card>(
  kind: CardKind<T>,
  item: Item,
  { account, userId, now }: Call,
): number | undefined {
  const [part] = partOf(item, kind.type) ?? []
  if (part === undefined) return undefined
  if (!isItem(part)) throw new ApiProblem(400, 'Request validation failed')
  return numberIn(part, 'id') ?? createCard(kind, part, account, userId, now).id
}
