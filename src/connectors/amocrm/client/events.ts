import { z } from 'zod'
import type { AmocrmClient } from './client.ts'
import type { Range } from './filter.ts'
import type { Page, PageOptions } from './page.ts'
import { path } from './path.ts'
import { readPage } from './read.ts'
import { listOf, text, userId } from './shapes.ts'

/** One changed thing under the name of its kind: `{ lead_status: { id, pipeline_id } }`, `{ tag: { name } }`. */
const values = listOf(z.record(z.string(), z.unknown()))

const event = z.object({
  id: z.string(),
  /** lead_status_changed, entity_responsible_changed, custom_field_{id}_value_changed and others. */
  type: text,
  entity_id: z.number(),
  /** In the singular: lead, contact, company, customer, task. */
  entity_type: text,
  created_by: userId,
  created_at: z.number(),
  value_before: values,
  value_after: values,
  _embedded: z.object({ entity: z.nullish(z.object({ id: z.number(), name: text })) }).prefault({}),
})
export type CrmEvent = z.infer<typeof event>

type EventFilter = {
  readonly id?: readonly string[] | undefined
  readonly created_at?: Range | undefined
  /** At most 10. */
  readonly created_by?: readonly number[] | undefined
  /** In the singular. */
  readonly entity?: readonly ('lead' | 'contact' | 'company' | 'customer' | 'task')[] | undefined
  /** At most 10; needs exactly one `entity`. */
  readonly entity_id?: readonly number[] | undefined
  readonly type?: readonly string[] | undefined
}

interface EventList extends PageOptions {
  readonly with?: readonly ('lead_name' | 'contact_name' | 'company_name' | 'note')[] | undefined
  readonly filter?: EventFilter | undefined
}

/** The most that amoCRM gives in one page of events. */
const FULL_EVENT_PAGE = 100

/** `GET /events`: the change log, newest first. Every account honours this filter. */
export function listEvents(
  client: AmocrmClient,
  { with: extras, limit = 50, ...options }: EventList = {},
): Promise<Page<CrmEvent>> {
  return readPage(client, {
    path: path`/events`,
    key: 'events',
    item: event,
    query: { with: extras },
    limit: Math.min(limit, FULL_EVENT_PAGE),
    ...options,
  })
}
