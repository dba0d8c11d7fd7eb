import { z } from 'zod'
import { accountDirectory } from '../client/directory.ts'
import type { Status } from '../client/pipelines.ts'
import { tool } from '../define.ts'
import { resolvePipeline, stageKind, stagesOf } from '../names/stages.ts'
import { shortText } from '../short-text.ts'

export default tool({
  name: 'amocrm_get_pipelines',
  title: 'amoCRM pipelines',
  description: 'Sales pipelines with their stages in order. Other tools take these names as they are.',
  toolset: 'amocrm',
  access: 'read',
  aliases: ['get_pipelines'],
  input: z.object({
    pipeline: shortText.optional().describe('Name or id of one pipeline; all without it.'),
  }),
  output: z.object({
    pipelines: z
      .array(
        z.object({
          id: z.number().describe('Pipeline id.'),
          name: z.string().describe('Name.'),
          main: z.boolean().describe('Default for new deals.'),
          archived: z.boolean().describe('Not in use.'),
          stages: z
            .array(
              z.object({
                id: z.number().describe('Stage id.'),
                name: z.string().describe('Name.'),
                kind: z.enum(['incoming', 'open', 'won', 'lost']).describe('incoming: not taken yet.'),
              }),
            )
            .describe('In order.'),
        }),
      )
      .describe('In order.'),
    note: z.string().optional().describe('Why stages are missing.'),
  }),
  async run({ pipeline }, { client, clock }) {
    const directory = accountDirectory(client, clock)
    const chosen =
      pipeline === undefined
        ? await directory.pipelines()
        : [await resolvePipeline(directory, pipeline, 'read')]
    const isLong = chosen.length > 1 && chosen.flatMap(stagesOf).length > MOST_STAGES
    return {
      pipelines: chosen
        .toSorted((left, right) => left.sort - right.sort)
        .map((each) => ({
          id: each.id,
          name: each.name,
          main: each.is_main,
          archived: each.is_archive,
          stages: isLong && !each.is_main ? [] : stagesOf(each).map(toStage),
        })),
      ...(isLong && { note: 'There are too many stages for one answer: ask for one pipeline by name.' }),
    }
  },
})

/** About 8 kB of answer. */
const MOST_STAGES = 120

function toStage(stage: Status) {
  return { id: stage.id, name: stage.name, kind: stageKind(stage) }
}
