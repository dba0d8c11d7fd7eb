import { counted } from '../http/envelope.ts'
import { ApiProblem, fieldMissing, type Issue, invalidType, notSupportedChoice } from '../http/problem.ts'
import { type Call, idParam, noContent, type Reply, type Route } from '../http/routing.ts'
import type { Pipeline } from '../records.ts'
import { type Account, nextId } from '../state.ts'
import {
  boolean,
  checkKeys,
  checkRequired,
  type Item,
  integer,
  isItem,
  itemIn,
  itemsIn,
  numberIn,
  refuseInvalid,
  requestIdOf,
  text,
  textIn,
} from '../validation.ts'
import { viewPipeline } from './pipeline-view.ts'
import { addStage, checkStage, mostStages, renumber, systemStages, unsortedStage } from './stage-write.ts'
import { firstStage, isClosed, mainPipeline } from './stages.ts'
import { wallStampOf } from './wall-stamp.ts'

const path = '/leads/pipelines'
const mostPipelines = 50

export const pipelineRoutes: readonly Route[] = [
  { method: 'GET', path, handle: list },
  { method: 'GET', path: `${path}/:id`, handle: one },
  { method: 'POST', path, handle: create },
  { method: 'PATCH', path: `${path}/:id`, handle: update },
  { method: 'DELETE', path: `${path}/:id`, handle: remove },
]

function list(call: Call): Reply {
  const pipelines = [...call.account.pipelines.values()].sort((a, b) => a.sort - b.sort || a.id - b.id)
  return counted(
    call,
    'pipelines',
    pipelines.map((pipeline) => viewPipeline(call, pipeline)),
  )
}

function one(call: Call): Reply {
  const pipeline = call.account.pipelines.get(idParam(call))
  return pipeline ? { status: 200, body: viewPipeline(call, pipeline) } : noContent
}

function create(call: Call): Reply {
  const { account } = call
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => [
    ...checkRequired(item, ['name', 'sort', 'is_unsorted_on']),
    ...checkKeys(item, rules, account),
    ...checkStages(item, account),
  ])
  if (account.pipelines.size + items.length > mostPipelines) {
    throw new ApiProblem(400, `The number of pipelines must not exceed ${mostPipelines}`)
  }
  const made = items.map((item, index) => ({
    ...viewPipeline(call, make(item, call)),
    request_id: requestIdOf(item, index),
  }))
  return counted(call, 'pipelines', made)
}

function update(call: Call): Reply {
  const { account } = call
  const pipeline = account.pipelines.get(idParam(call))
  if (!pipeline) return noContent
  const item = itemIn(call.body)
  refuseInvalid([item], () => checkKeys(item, rules, account))
  pipeline.name = textIn(item, 'name') ?? pipeline.name
  pipeline.sort = numberIn(item, 'sort') ?? pipeline.sort
  if (item.is_main === true) makeMain(account, pipeline)
  const { is_unsorted_on: unsorted } = item
  if (typeof unsorted === 'boolean') switchUnsorted(account, pipeline, unsorted)
  return { status: 200, body: { ...viewPipeline(call, pipeline), request_id: requestIdOf(item, 0) } }
}

/** Neither the last pipeline nor one that holds deals can go. */
function remove({ account, params }: Call): Reply {
  const pipeline = account.pipelines.get(Number(params.id))
  if (!pipeline) refuseInvalid([{}], () => [notSupportedChoice('id')])
  const busy = [...account.leads.values()].some(
    (lead) => lead.pipeline_id === pipeline?.id && !lead.is_deleted,
  )
  if (!pipeline || busy || account.pipelines.size === 1) {
    throw new ApiProblem(422, busy ? 'The pipeline contains leads' : 'The last pipeline cannot be deleted')
  }
  account.pipelines.delete(pipeline.id)
  if (pipeline.is_main) makeMain(account, mainPipeline(account))
  return noContent
}

const rules = { name: text, sort: integer, is_main: boolean, is_unsorted_on: boolean }

/** At least one stage of its own must come with a new pipeline. */
function checkStages({ _embedded: embedded }: Item, account: Account): Issue[] {
  const at = '_embedded.statuses'
  const statuses = isItem(embedded) ? embedded.statuses : undefined
  if (statuses === undefined) return [fieldMissing(at)]
  if (!Array.isArray(statuses)) return [invalidType(at, 'array')]
  if (statuses.length > mostStages) return [{ code: 'TooMany', path: at, detail: 'Too many statuses.' }]
  if (!statuses.some((status) => isItem(status) && !isClosed(numberIn(status, 'id') ?? 0)))
    return [fieldMissing(at)]
  return statuses.flatMap((status: unknown, index) =>
    isItem(status)
      ? [
          ...checkRequired(status, ['name'], `${at}.${index}.`),
          ...checkStage(status, account, undefined, `${at}.${index}.`),
        ]
      : [invalidType(`${at}.${index}`, 'array')],
  )
}

function make(item: Item, call: Call): Pipeline {
  const { account } = call
  const unsorted = item.is_unsorted_on === true
  const pipeline: Pipeline = {
    id: nextId(account, 'pipelines'),
    name: textIn(item, 'name') ?? '',
    sort: numberIn(item, 'sort') ?? 0,
    is_main: false,
    is_unsorted_on: unsorted,
    is_archive: false,
    statuses: systemStages(account, unsorted),
  }
  account.pipelines.set(pipeline.id, pipeline)
  if (item.is_main === true) makeMain(account, pipeline)
  const { _embedded: embedded } = item
  const sent = isItem(embedded) && Array.isArray(embedded.statuses) ? embedded.statuses.filter(isItem) : []
  for (const status of sent) {
    const system = pipeline.statuses.find(({ id }) => isClosed(id) && id === status.id)
    if (system) system.name = textIn(status, 'name') ?? system.name
    else addStage(pipeline, status, account, wallStampOf(call))
  }
  return pipeline
}

function makeMain(account: Account, pipeline: Pipeline): void {
  for (const other of account.pipelines.values()) other.is_main = other === pipeline
}

/** Deals that wait in a stage that goes move on to the first one. */
function switchUnsorted(account: Account, pipeline: Pipeline, on: boolean): void {
  if (pipeline.is_unsorted_on === on) return
  pipeline.is_unsorted_on = on
  const old = pipeline.statuses.find(({ type }) => type === 1)
  pipeline.statuses = pipeline.statuses.filter(({ type }) => type === 0)
  if (on) pipeline.statuses.push(unsortedStage(account))
  renumber(pipeline)
  for (const lead of account.leads.values()) {
    if (lead.status_id === old?.id) lead.status_id = firstStage(pipeline).id
  }
}
