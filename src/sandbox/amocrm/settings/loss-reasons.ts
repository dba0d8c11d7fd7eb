import { counted, selfLink } from '../http/envelope.ts'
import { type Call, idParam, noContent, type Reply, type Route } from '../http/routing.ts'
import type { LossReason } from '../records.ts'
import { nextId } from '../state.ts'
import {
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

const path = '/leads/loss_reasons'

export const lossReasonRoutes: readonly Route[] = [
  { method: 'GET', path, handle: list },
  { method: 'GET', path: `${path}/:id`, handle: (call) => withReason(call, (reason) => ok(call, reason)) },
  { method: 'POST', path, handle: create },
  {
    method: 'PATCH',
    path: `${path}/:id`,
    handle: (call) => withReason(call, (reason) => update(call, reason)),
  },
  {
    method: 'DELETE',
    path: `${path}/:id`,
    handle: (call) => withReason(call, (reason) => remove(call, reason)),
  },
]

export function viewLossReason({ id, name, sort, created_at, updated_at }: LossReason): object {
  return { id, name, sort, created_at, updated_at }
}

const rules = { name: text, sort: integer }

function list(call: Call): Reply {
  const reasons = [...call.account.lossReasons.values()].sort((a, b) => a.sort - b.sort || a.id - b.id)
  if (reasons.length === 0) return noContent
  return counted(
    call,
    'loss_reasons',
    reasons.map((reason) => view(call, reason)),
  )
}

function create(call: Call): Reply {
  const { account, now } = call
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => [...checkRequired(item, ['name']), ...checkKeys(item, rules, account)])
  const made = items.map((item, index) => {
    const reason: LossReason = {
      id: nextId(account, 'lossReasons'),
      name: textIn(item, 'name') ?? '',
      sort: numberIn(item, 'sort') ?? 100_000,
      created_at: now,
      updated_at: now,
    }
    account.lossReasons.set(reason.id, reason)
    return { ...view(call, reason), request_id: requestIdOf(item, index) }
  })
  return counted(call, 'loss_reasons', made)
}

function update(call: Call, reason: LossReason): Reply {
  const item: Item = itemIn(call.body)
  refuseInvalid([item], () => checkKeys(item, rules, call.account))
  reason.name = textIn(item, 'name') ?? reason.name
  reason.sort = numberIn(item, 'sort') ?? reason.sort
  reason.updated_at = call.now
  return ok(call, reason)
}

/** Deals that were lost for it keep being lost, for no reason. */
function remove({ account }: Call, reason: LossReason): Reply {
  account.lossReasons.delete(reason.id)
  for (const lead of account.leads.values()) {
    if (lead.loss_reason_id === reason.id) lead.loss_reason_id = null
  }
  return noContent
}

function withReason(call: Call, then: (reason: LossReason) => Reply): Reply {
  const reason = call.account.lossReasons.get(idParam(call))
  return reason ? then(reason) : noContent
}

const ok = (call: Call, reason: LossReason): Reply => ({ status: 200, body: view(call, reason) })

const view = (call: Call, reason: LossReason) => ({
  ...viewLossReason(reason),
  _links: selfLink(call, 'leads/loss_reasons', reason.id),
})
