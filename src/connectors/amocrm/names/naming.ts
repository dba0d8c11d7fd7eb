import type { AccountInfo } from '../client/account.ts'
import { accountDirectory } from '../client/directory.ts'
import { knownZone } from '../time/zone.ts'
import type { Work } from '../work.ts'
import { type StageKind, stageKind } from './stages.ts'

/** Turns the ids of one account into the words that its people use. */
export interface Naming {
  readonly account: AccountInfo
  /** IANA name of the account's time zone. */
  readonly zone: string
  /** Where a phone without a country code is from. */
  readonly country: string
  /** `#123` for somebody who is not in the list any more or may not be listed; nothing for nobody. */
  user(id: number): string | undefined
  isActive(userId: number): boolean
  stage(pipelineId: number, statusId: number): { pipeline: string; stage: string; kind: StageKind }
  taskType(id: number): string
}

export async function loadNaming({ client, clock }: Work): Promise<Naming> {
  const directory = accountDirectory(client, clock)
  const [account, allPipelines, { users, hidden }] = await Promise.all([
    directory.account(),
    directory.pipelines(),
    directory.users(),
  ])
  const pipelines = new Map(allPipelines.map((pipeline) => [pipeline.id, pipeline]))
  const people = new Map(users.map((user) => [user.id, user]))
  return {
    account,
    zone: knownZone(account._embedded.datetime_settings?.timezone),
    country: account.country || 'RU',
    user: (id) => (id === 0 ? undefined : people.get(id)?.name || `#${id}`),
    isActive: (id) => id !== 0 && (hidden || people.get(id)?.rights.is_active === true),
    stage(pipelineId, statusId) {
      const pipeline = pipelines.get(pipelineId)
      const stage = pipeline?._embedded.statuses.find(({ id }) => id === statusId)
      return {
        pipeline: pipeline?.name || `#${pipelineId}`,
        stage: stage?.name || `#${statusId}`,
        kind: stageKind(stage ?? { id: statusId, type: 0 }),
      }
    },
    taskType: (id) => account._embedded.task_types.find((type) => type.id === id)?.name || `#${id}`,
  }
}
