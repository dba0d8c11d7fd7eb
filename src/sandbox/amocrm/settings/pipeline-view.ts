import { selfLink } from '../http/envelope.ts'
import type { Call } from '../http/routing.ts'
import type { Pipeline, Status } from '../records.ts'
import { isClosed, stagesInOrder } from './stages.ts'

export function viewPipeline(call: Pick<Call, 'account'>, pipeline: Pipeline): object {
  const { id, name, sort, is_main, is_unsorted_on, is_archive } = pipeline
  return {
    id,
    name,
    sort,
    is_main,
    is_unsorted_on,
    is_archive,
    account_id: call.account.id,
    _links: selfLink(call, 'leads/pipelines', id),
    _embedded: { statuses: stagesInOrder(pipeline).map((status) => viewStatus(call, pipeline, status)) },
  }
}

/** `descriptions` are there only when asked for. */
export function viewStatus(
  call: Pick<Call, 'account'>,
  pipeline: Pipeline,
  status: Status,
  withDescriptions = false,
): object {
  const own = { pipeline_id: pipeline.id, account_id: call.account.id }
  return {
    id: status.id,
    name: status.name,
    sort: status.sort,
    is_editable: status.type === 0 && !isClosed(status.id),
    pipeline_id: pipeline.id,
    color: status.color,
    type: status.type,
    account_id: call.account.id,
    _links: selfLink(call, 'leads/pipelines', pipeline.id, 'statuses', status.id),
    ...(withDescriptions
      ? { descriptions: status.descriptions.map((one) => ({ ...one, ...own, status_id: status.id })) }
      : {}),
  }
}
