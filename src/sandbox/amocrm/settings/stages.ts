import { type Issue, invalidType, notSupportedChoice } from '../http/problem.ts'
import type { Pipeline, Status } from '../records.ts'
import type { Account } from '../state.ts'
import type { Item } from '../validation.ts'

export const wonStatus = 142
export const lostStatus = 143

export const isClosed = (statusId: number) => statusId === wonStatus || statusId === lostStatus

export interface Stage {
  readonly pipeline_id: number
  readonly status_id: number
}

/**
 * Where an element puts a deal. A new deal goes to the first stage of the main pipeline unless it says otherwise;
 * an existing one moves to another pipeline only with a stage of that pipeline.
 */
export function stageOf(item: Item, account: Account, current?: Stage): Stage | Issue {
  const { pipeline_id: pipelineId, status_id: statusId } = item
  if (pipelineId !== undefined && !Number.isSafeInteger(pipelineId)) return invalidType('pipeline_id', 'int')
  if (statusId !== undefined && !Number.isSafeInteger(statusId)) return invalidType('status_id', 'int')
  const pipeline = pipelineFor(account, pipelineId, statusId, current)
  if (!pipeline) return notSupportedChoice('pipeline_id')
  if (statusId === undefined && (!current || current.pipeline_id === pipeline.id)) {
    return current ?? { pipeline_id: pipeline.id, status_id: firstStage(pipeline).id }
  }
  const wanted = Number(statusId ?? current?.status_id)
  if (current?.pipeline_id === pipeline.id && current.status_id === wanted) return current
  const status = pipeline.statuses.find((one) => one.id === wanted && one.type === 0)
  return status ? { pipeline_id: pipeline.id, status_id: status.id } : notSupportedChoice('status_id')
}

export function mainPipeline(account: Account): Pipeline {
  const pipelines = [...account.pipelines.values()]
  const main = pipelines.find((pipeline) => pipeline.is_main) ?? pipelines[0]
  if (!main) throw new Error('the account has no pipeline')
  return main
}

/** The first stage that people use: the unsorted one does not count. */
export function firstStage(pipeline: Pipeline): Status {
  const [first] = stagesInOrder(pipeline).filter((status) => status.type === 0)
  if (!first) throw new Error('the pipeline has no stage')
  return first
}

export const stagesInOrder = (pipeline: Pipeline) => pipeline.statuses.toSorted((a, b) => a.sort - b.sort)

function pipelineFor(account: Account, pipelineId: unknown, statusId: unknown, current?: Stage) {
  if (pipelineId !== undefined) return account.pipelines.get(Number(pipelineId))
  if (current) return account.pipelines.get(current.pipeline_id)
  const owner = [...account.pipelines.values()].find((pipeline) =>
    pipeline.statuses.some((status) => status.id === statusId && !isClosed(status.id)),
  )
  return owner ?? mainPipeline(account)
}
