import { tagsToAdd } from '../cards/tags.ts'
import { accountDirectory } from '../client/directory.ts'
import type { LeadChange } from '../client/leads.ts'
import { fieldChanges } from '../fields/changes.ts'
import type { Naming } from '../names/naming.ts'
import { resolvePlace } from '../names/stages.ts'
import { resolveUserToAssign } from '../names/users.ts'
import type { Work } from '../work.ts'

/** A deal in the words of a person. */
export interface AskedDeal {
  readonly name: string
  readonly price: number
  readonly pipeline?: string | undefined
  readonly stage?: string | undefined
  readonly responsible?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly fields?: Readonly<Record<string, unknown>> | undefined
}

/** The same with every name resolved, before anything is written. */
export interface DealPlan extends LeadChange {
  readonly name: string
  readonly price: number
  readonly pipeline_id: number
  readonly status_id: number
}

/** @throws AppError with candidates for a name that does not tell for certain what is meant. */
export async function planDeal(work: Work, asked: AskedDeal, naming: Naming): Promise<DealPlan> {
  const { client, clock } = work
  const directory = accountDirectory(client, clock)
  const place = await resolvePlace(directory, asked)
  const here = { now: clock.now(), zone: naming.zone }
  const fields = await fieldChanges(directory, 'leads', asked.fields ?? {}, here)
  const tags = tagsToAdd(asked.tags ?? [])
  return {
    name: asked.name,
    price: asked.price,
    pipeline_id: place.pipeline.id,
    status_id: place.stage.id,
    ...(asked.responsible !== undefined && {
      responsible_user_id: await resolveUserToAssign(directory, asked.responsible),
    }),
    ...(fields.length > 0 && { custom_fields_values: fields }),
    ...(tags.length > 0 && { tags_to_add: tags }),
  }
}
