import { selfLink } from '../http/envelope.ts'
import { between, oneOf } from '../http/filters.ts'
import { type Issue, notSupportedChoice } from '../http/problem.ts'
import { at, itemsOf, textOf } from '../http/query.ts'
import { recordEvent } from '../log/record-event.ts'
import type { Lead } from '../records.ts'
import { viewLossReason } from '../settings/loss-reasons.ts'
import { isClosed, lostStatus, type Stage, stageOf } from '../settings/stages.ts'
import type { Account } from '../state.ts'
import { amount, type Item, integer, nullOr, numberIn, textIn } from '../validation.ts'
import type { CardKind, Stamp } from './card-kind.ts'
import { linkedCards } from './card-view.ts'

/** Deals. */
export const leadKind: CardKind<Lead> = {
  type: 'leads',
  repliesWithName: false,
  rules: {
    price: amount,
    loss_reason_id: nullOr(integer),
    closed_at: nullOr(integer),
    score: nullOr(integer),
  },
  filters: {
    price: between((lead) => lead.price),
    pipeline_id: oneOf((lead) => lead.pipeline_id),
    statuses: (lead, node) =>
      itemsOf(node).some(
        (pair) =>
          textOf(at(pair, 'pipeline_id')) === String(lead.pipeline_id) &&
          textOf(at(pair, 'status_id')) === String(lead.status_id),
      ),
    closed_at: between((lead) => lead.closed_at),
  },
  orders: {
    created_at: (lead) => lead.created_at,
    updated_at: (lead) => lead.updated_at,
    id: (lead) => lead.id,
  },
  cards: (account) => account.leads,
  check(item, account, current) {
    const stage = stageOf(item, account, current)
    if ('code' in stage) return [stage]
    return checkLossReason(item, account, stage)
  },
  make(base, item, account, stamp) {
    const stage = checkedStage(item, account)
    const closed = isClosed(stage.status_id)
    const lost = stage.status_id === lostStatus
    return {
      ...base,
      ...stage,
      name: base.name === '' ? `Сделка #${base.id}` : base.name,
      price: priceIn(item) ?? 0,
      loss_reason_id: lost ? (numberIn(item, 'loss_reason_id') ?? null) : null,
      // What no user wrote down came in by itself.
      source_id: base.created_by === 0 ? apiSource.id : null,
      closed_at: closed ? (numberIn(item, 'closed_at') ?? stamp.at) : null,
      score: null,
      labor_cost: null,
    }
  },
  change(lead, item, account, stamp) {
    const event = { entity: 'lead', id: lead.id, ...stamp } as const
    lead.name = textIn(item, 'name') ?? lead.name
    const price = priceIn(item)
    if (price !== undefined && price !== lead.price) {
      recordEvent(account, {
        ...event,
        type: 'sale_field_changed',
        before: [{ sale_field_value: { sale: lead.price } }],
        after: [{ sale_field_value: { sale: price } }],
      })
      lead.price = price
    }
    moveLead(lead, checkedStage(item, account, lead), account, stamp)
    if (isClosed(lead.status_id)) lead.closed_at = numberIn(item, 'closed_at') ?? lead.closed_at
    const { loss_reason_id: reason } = item
    if (lead.status_id === lostStatus && reason !== undefined) {
      lead.loss_reason_id = numberIn(item, 'loss_reason_id') ?? null
    }
  },
  view: (lead, wanted) => ({
    price: lead.price,
    status_id: lead.status_id,
    pipeline_id: lead.pipeline_id,
    loss_reason_id: lead.loss_reason_id,
    closed_at: lead.closed_at,
    score: lead.score,
    labor_cost: lead.labor_cost,
    ...(wanted.has('source_id') ? { source_id: lead.source_id } : {}),
    ...(wanted.has('is_price_modified_by_robot') ? { is_price_modified_by_robot: false } : {}),
  }),
  embed: (lead, account, wanted) => ({
    companies: linkedCards(account, 'leads', lead.id, 'companies'),
    ...(wanted.has('contacts') ? { contacts: linkedCards(account, 'leads', lead.id, 'contacts') } : {}),
    ...(wanted.has('catalog_elements') ? { catalog_elements: [] } : {}),
    ...(wanted.has('loss_reason') ? { loss_reason: embeddedReason(lead, account) } : {}),
    ...(wanted.has('source') ? { source: lead.source_id === apiSource.id ? apiSource : null } : {}),
  }),
}

/** The one way by which deals come into the account without a user. */
const apiSource = { id: 9_214_307, name: 'API' } as const

/** Moves a deal and keeps its closing time and loss reason true to where it stands. */
export function moveLead(lead: Lead, stage: Stage, account: Account, stamp: Stamp): void {
  if (stage.status_id === lead.status_id && stage.pipeline_id === lead.pipeline_id) return
  const value = (place: Stage) => [{ lead_status: { id: place.status_id, pipeline_id: place.pipeline_id } }]
  recordEvent(account, {
    type: 'lead_status_changed',
    entity: 'lead',
    id: lead.id,
    ...stamp,
    before: value(lead),
    after: value(stage),
  })
  lead.status_id = stage.status_id
  lead.pipeline_id = stage.pipeline_id
  lead.closed_at = isClosed(stage.status_id) ? stamp.at : null
  if (stage.status_id !== lostStatus) lead.loss_reason_id = null
}

/** The account counts in whole units, so a fraction is rounded. */
function priceIn(item: Item): number | undefined {
  const price = numberIn(item, 'price')
  return price === undefined ? undefined : Math.round(price)
}

function checkLossReason(item: Item, account: Account, stage: Stage): Issue[] {
  const reason = numberIn(item, 'loss_reason_id')
  if (reason === undefined) return []
  const known = account.lossReasons.has(reason)
  return known && stage.status_id === lostStatus ? [] : [notSupportedChoice('loss_reason_id')]
}

function checkedStage(item: Item, account: Account, current?: Stage): Stage {
  const stage = stageOf(item, account, current)
  if ('code' in stage) throw new Error('the stage was not checked')
  return { pipeline_id: stage.pipeline_id, status_id: stage.status_id }
}

function embeddedReason(lead: Lead, account: Account): object[] {
  const reason = account.lossReasons.get(lead.loss_reason_id ?? 0)
  return reason
    ? [{ ...viewLossReason(reason), _links: selfLink({ account }, 'leads/loss_reasons', reason.id) }]
    : []
}
