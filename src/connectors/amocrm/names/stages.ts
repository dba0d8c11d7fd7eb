import { AppError } from '../../../kernel/errors.ts'
import type { AccountDirectory } from '../client/directory.ts'
import type { Pipeline, Status } from '../client/pipelines.ts'
import { withFresh } from './fresh.ts'
import { isSameName, matchName } from './match.ts'
import { named, resolveName } from './resolve.ts'

/** `incoming` is amoCRM's unsorted stage; 142 and 143 are won and lost in every pipeline. */
export type StageKind = 'incoming' | 'open' | 'won' | 'lost'

export function stageKind({ id, type }: Pick<Status, 'id' | 'type'>): StageKind {
  if (id === 142) return 'won'
  if (id === 143) return 'lost'
  return type === 1 ? 'incoming' : 'open'
}

export function stagesOf(pipeline: Pipeline): readonly Status[] {
  return pipeline._embedded.statuses.toSorted((left, right) => left.sort - right.sort)
}

/** A pipeline by name or id. A write sees only those in use; a read sees the archived ones too. */
export function resolvePipeline(
  directory: AccountDirectory,
  asked: string,
  access: 'read' | 'write',
): Promise<Pipeline> {
  return withFresh(directory, 'pipelines', async () => {
    const all = await directory.pipelines()
    const items = access === 'write' ? all.filter((pipeline) => !pipeline.is_archive) : all
    return resolveName(asked, named('pipeline', items), access)
  })
}

export interface Place {
  readonly pipeline: Pipeline
  readonly stage: Status
}

/**
 * Where a new deal goes: the named stage, else the first working one; the named pipeline, else the main one.
 * A stage that the main pipeline does not have may name its only pipeline, and one that is called exactly so
 * elsewhere goes before one that has the word among others here.
 */
export async function resolvePlace(
  directory: AccountDirectory,
  { pipeline: asked, stage }: { pipeline?: string | undefined; stage?: string | undefined },
): Promise<Place> {
  return withFresh(directory, 'pipelines', async () => {
    const inUse = (await directory.pipelines()).filter((pipeline) => !pipeline.is_archive)
    const main = inUse.find((pipeline) => pipeline.is_main) ?? inUse[0]
    if (!main) throw new AppError('upstream_rejected', 'This account has no pipeline in use.')
    const own = asked === undefined ? undefined : await resolvePipeline(directory, asked, 'write')
    if (stage === undefined) return firstStage(own ?? main)
    return stageIn(own ? [own] : pipelinesOf(stage, main, inUse), stage)
  })
}

/** Where a stage is to be looked for when nobody said. */
function pipelinesOf(asked: string, main: Pipeline, inUse: readonly Pipeline[]): readonly Pipeline[] {
  const isExact = ({ id, name }: Status) => isSameName(asked, name) || String(id) === asked.trim()
  const exact = inUse.filter((pipeline) => workingStages(pipeline).some(isExact))
  if (exact.length > 0) return exact.includes(main) ? [main] : exact
  return matchName(asked, workingStages(main), ({ name }) => name).sure ? [main] : inUse
}

function stageIn(pipelines: readonly Pipeline[], asked: string): Place {
  const items = pipelines.flatMap((pipeline) => workingStages(pipeline).map((stage) => ({ pipeline, stage })))
  const only = pipelines.length === 1
  return resolveName(
    asked,
    {
      noun: 'stage',
      items,
      name: ({ stage }) => stage.name,
      id: ({ stage }) => stage.id,
      label: ({ stage, pipeline }) => (only ? stage.name : `${stage.name} (${pipeline.name})`),
    },
    'write',
  )
}

function firstStage(pipeline: Pipeline): Place {
  const stage = workingStages(pipeline)[0]
  if (stage) return { pipeline, stage }
  throw new AppError('upstream_rejected', 'This pipeline has no stage that a deal can be put in.')
}

/** Every stage but the incoming one: amoCRM fills that itself. */
function workingStages(pipeline: Pipeline): readonly Status[] {
  return stagesOf(pipeline).filter((stage) => stageKind(stage) !== 'incoming')
}
