import { moveLead } from '../cards/leads.ts'
import { withOf } from '../http/filters.ts'
import { ApiProblem } from '../http/problem.ts'
import { type Call, idParam, noContent, type Reply, type Route } from '../http/routing.ts'
import type { Pipeline, Status } from '../records.ts'
import { checkRequired, itemIn, itemsIn, refuseInvalid, requestIdOf } from '../validation.ts'
import { viewStatus } from './pipeline-view.ts'
import { addStage, changeStage, checkStage, mostStages, renumber } from './stage-write.ts'
import { firstStage, isClosed, stagesInOrder } from './stages.ts'
import { wallStampOf } from './wall-stamp.ts'

const path = '/leads/pipelines/:pipeline_id/statuses'

/** Stages of one pipeline. */
export const statusRoutes: readonly Route[] = [
  { method: 'GET', path, handle: (call) => withPipeline(call, (pipeline) => list(call, pipeline)) },
  { method: 'POST', path, handle: (call) => withPipeline(call, (pipeline) => create(call, pipeline)) },
  {
    method: 'GET',
    path: `${path}/:id`,
    handle: (call) => withStatus(call, (pipeline, status) => one(call, pipeline, status)),
  },
  {
    method: 'PATCH',
    path: `${path}/:id`,
    handle: (call) => withStatus(call, (pipeline, status) => update(call, pipeline, status)),
  },
  {
    method: 'DELETE',
    path: `${path}/:id`,
    handle: (call) => withStatus(call, (pipeline, status) => remove(call, pipeline, status)),
  },
]

function list(call: Call, pipeline: Pipeline): Reply {
  const described = withOf(call.query).has('descriptions')
  const statuses = stagesInOrder(pipeline).map((status) => viewStatus(call, pipeline, status, described))
  return { status: 200, body: { _total_items: statuses.length, _embedded: { statuses } } }
}

function one(call: Call, pipeline: Pipeline, status: Status): Reply {
  const described = withOf(call.query).has('descriptions')
  return { status: 200, body: viewStatus(call, pipeline, status, described) }
}

function create(call: Call, pipeline: Pipeline): Reply {
  const { account } = call
  const items = itemsIn(call.body)
  refuseInvalid(items, (item) => [...checkRequired(item, ['name']), ...checkStage(item, account)])
  if (pipeline.statuses.length + items.length > mostStages) {
    throw new ApiProblem(400, `The number of statuses must not exceed ${mostStages}`)
  }
  const statuses = items.map((item, index) => {
    const status = addStage(pipeline, item, account, wallStampOf(call))
    return { ...viewStatus(call, pipeline, status, true), request_id: requestIdOf(item, index) }
  })
  return { status: 200, body: { _total_items: statuses.length, _embedded: { statuses } } }
}

function update(call: Call, pipeline: Pipeline, status: Status): Reply {
  const item = itemIn(call.body)
  refuseInvalid([item], () => checkStage(item, call.account, status))
  changeStage(pipeline, status, item, call.account, wallStampOf(call))
  return {
    status: 200,
    body: { ...viewStatus(call, pipeline, status, true), request_id: requestIdOf(item, 0) },
  }
}

/** Deals of a stage that goes move to the first stage of the pipeline. */
function remove({ account, userId, now }: Call, pipeline: Pipeline, status: Status): Reply {
  const ordinary = pipeline.statuses.filter((one) => one.type === 0 && !isClosed(one.id))
  if (!ordinary.includes(status) || ordinary.length === 1) {
    throw new ApiProblem(422, 'The status cannot be deleted')
  }
  pipeline.statuses = pipeline.statuses.filter((one) => one !== status)
  renumber(pipeline)
  for (const lead of account.leads.values()) {
    if (lead.status_id !== status.id) continue
    moveLead(lead, { pipeline_id: pipeline.id, status_id: firstStage(pipeline).id }, account, {
      by: userId,
      at: now,
    })
  }
  return noContent
}

function withPipeline(call: Call, then: (pipeline: Pipeline) => Reply): Reply {
  const pipeline = call.account.pipelines.get(idParam(call, 'pipeline_id'))
  return pipeline ? then(pipeline) : noContent
}

function withStatus(call: Call, then: (pipeline: Pipeline, status: Status) => Reply): Reply {
  return withPipeline(call, (pipeline) => {
    const status = pipeline.statuses.find(({ id }) => id === idParam(call))
    return status ? then(pipeline, status) : noContent
  })
}
