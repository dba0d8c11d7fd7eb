import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type AmocrmSandbox, startAmocrmSandbox } from './server.ts'
import { callerOf } from './testing.ts'

/** The documented replies as shapes: which keys, of which type, null or not, in which envelope. */

const int = z.int()
const text = z.string()
const flag = z.boolean()
const o = z.strictObject
const href = o({ href: z.url() })
const self = o({ self: href })
const stub = o({ id: int, _links: self })
const stamps = { created_by: int, updated_by: int, created_at: int, updated_at: int }
const owner = { responsible_user_id: int, group_id: int }

const uncounted = (key: string, row: z.ZodType) =>
  o({
    _page: int,
    _links: o({ self: href, next: href, first: href.optional(), prev: href.optional() }),
    _embedded: o({ [key]: z.array(row).min(1) }),
  })
const counted = (key: string, row: z.ZodType) =>
  o({ _total_items: int, _links: self, _embedded: o({ [key]: z.array(row).min(1) }) })
const bare = (key: string, row: z.ZodType) =>
  o({ _total_items: int, _embedded: o({ [key]: z.array(row).min(1) }) })
const pagedCounted = (key: string, row: z.ZodType) =>
  o({
    _total_items: int,
    _page: int,
    _page_count: int,
    _links: o({ self: href, next: href.optional(), last: href.optional() }),
    _embedded: o({ [key]: z.array(row).min(1) }),
  })
const written = (key: string, row: z.ZodType) =>
  o({ _links: self, _embedded: o({ [key]: z.array(row).min(1) }) })

const fieldValue = o({
  field_id: int,
  field_name: text,
  field_code: text.nullable(),
  field_type: text,
  is_computed: flag.optional(),
  values: z
    .array(o({ value: z.union([text, int, flag]), enum_id: int.optional(), enum_code: text.nullish() }))
    .min(1),
})
const tag = o({ id: int, name: text, color: text.nullable() })
const card = {
  id: int,
  name: text,
  ...owner,
  ...stamps,
  closest_task_at: int.nullable(),
  is_deleted: flag,
  custom_fields_values: z.array(fieldValue).min(1).nullable(),
  account_id: int,
  _links: self,
}
const leadKeys = {
  ...card,
  price: int,
  status_id: int,
  pipeline_id: int,
  loss_reason_id: int.nullable(),
  closed_at: int.nullable(),
  score: int.nullable(),
  labor_cost: int.nullable(),
}
const lossReason = o({ id: int, name: text, sort: int, created_at: int, updated_at: int, _links: self })
const lead = o({ ...leadKeys, _embedded: o({ tags: z.array(tag), companies: z.array(stub) }) })
const wideLead = o({
  ...leadKeys,
  source_id: int.nullable(),
  is_price_modified_by_robot: flag,
  _embedded: o({
    tags: z.array(tag),
    companies: z.array(stub),
    contacts: z.array(stub.extend({ is_main: flag })).min(1),
    catalog_elements: z.array(z.unknown()),
    loss_reason: z.array(lossReason),
    source: o({ id: int, name: text }).nullable(),
  }),
})
const contactKeys = { ...card, first_name: text, last_name: text, is_unsorted: flag }
const contact = o({ ...contactKeys, _embedded: o({ tags: z.array(tag), companies: z.array(stub) }) })
const wideContact = o({
  ...contactKeys,
  _embedded: o({
    tags: z.array(tag),
    companies: z.array(stub),
    leads: z.array(stub).min(1),
    customers: z.array(stub),
    catalog_elements: z.array(z.unknown()),
  }),
})
const company = o({ ...card, _embedded: o({ tags: z.array(tag) }) })
const task = o({
  id: int,
  ...owner,
  ...stamps,
  entity_id: int.nullable(),
  entity_type: text.nullable(),
  duration: int,
  is_completed: flag,
  task_type_id: int,
  text,
  result: z.union([z.array(z.never()), o({ text })]),
  complete_till: int,
  account_id: int,
  _links: self,
})
const note = o({
  id: int,
  entity_id: int,
  ...owner,
  ...stamps,
  note_type: text,
  params: z.record(text, z.unknown()),
  account_id: int,
  _links: self,
})
const statusKeys = {
  id: int,
  name: text,
  sort: int,
  is_editable: flag,
  pipeline_id: int,
  color: z.string().regex(/^#[0-9a-f]{6}$/i),
  type: z.union([z.literal(0), z.literal(1)]),
  account_id: int,
  _links: self,
}
const status = o(statusKeys)
const pipeline = o({
  id: int,
  name: text,
  sort: int,
  is_main: flag,
  is_unsorted_on: flag,
  is_archive: flag,
  account_id: int,
  _links: self,
  _embedded: o({ statuses: z.array(status).min(3) }),
})
const right = z.enum(['A', 'G', 'M', 'D', 'L'])
const rights = o({ view: right, edit: right, add: right, delete: right, export: right })
const user = o({
  id: int,
  name: text,
  email: z.email(),
  lang: text,
  rights: o({
    leads: rights,
    contacts: rights,
    companies: rights,
    tasks: o({ edit: right, delete: right }),
    mail_access: flag,
    catalog_access: flag,
    files_access: flag,
    status_rights: z.array(z.unknown()).nullable(),
    catalog_rights: z.array(z.unknown()).nullable(),
    is_admin: flag,
    is_free: flag,
    is_active: flag,
    group_id: int.nullable(),
    role_id: int.nullable(),
  }),
  _links: self,
  _embedded: o({ roles: z.array(z.unknown()), groups: z.array(o({ id: int, name: text })) }),
})
const statusRefs = z.array(o({ status_id: int, pipeline_id: int }))
const customField = o({
  id: int,
  name: text,
  type: text,
  account_id: int,
  code: text.nullable(),
  sort: int,
  is_api_only: flag,
  enums: z.array(o({ id: int, value: text, sort: int, code: text.nullable() })).nullable(),
  group_id: text.nullable(),
  required_statuses: statusRefs,
  hidden_statuses: statusRefs,
  is_deletable: flag,
  is_predefined: flag,
  is_computed: flag.optional(),
  entity_type: text,
  tracking_callback: text.nullable(),
  remind: text.nullable(),
  currency: text.nullable(),
  chained_lists: z.null(),
  nested: z.null(),
  _links: self,
})
const group = o({
  id: text,
  name: text,
  is_predefined: flag,
  type: text,
  entity_type: text,
  sort: int,
  _links: self,
})
const event = o({
  id: text,
  type: text,
  entity_id: int,
  entity_type: z.enum(['lead', 'contact', 'company', 'task']),
  created_by: int,
  created_at: int,
  value_after: z.array(z.record(text, z.unknown())),
  value_before: z.array(z.record(text, z.unknown())),
  account_id: int,
  _links: self,
  _embedded: o({ entity: o({ id: int, _links: self }) }),
})
const farLink = o({ to_entity_id: int, to_entity_type: text, metadata: o({ main_contact: flag }).nullable() })
const made = o({ id: int, request_id: text, _links: self })

let sandbox: AmocrmSandbox
let api: ReturnType<typeof callerOf>
let ids: Record<'lead' | 'contact' | 'pipeline' | 'field', number>

beforeAll(async () => {
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 1000 })
  api = callerOf(sandbox, fetch)
  const [known] = await api.list(`/contacts?with=leads&query=${encodeURIComponent('Иван Петров')}`)
  const [main] = await api.list('/leads/pipelines')
  const [field] = await api.list('/leads/custom_fields')
  ids = { lead: known._embedded.leads[0].id, contact: known.id, pipeline: main.id, field: field.id }
})
afterAll(() => sandbox.close())

const at = (path: string) => path.replace(/\{(\w+)\}/g, (_all, key: keyof typeof ids) => String(ids[key]))

describe('replies have the documented shape', () => {
  it.each<[string, z.ZodType]>([
    ['/leads', uncounted('leads', lead)],
    ['/leads?page=2&limit=7', uncounted('leads', lead)],
    ['/leads/{lead}', lead],
    [
      '/leads/{lead}?with=contacts,loss_reason,catalog_elements,source,source_id,is_price_modified_by_robot',
      wideLead,
    ],
    ['/contacts', uncounted('contacts', contact)],
    ['/contacts/{contact}?with=leads,customers,catalog_elements', wideContact],
    ['/companies', uncounted('companies', company)],
    ['/tasks?limit=250', uncounted('tasks', task)],
    ['/leads/notes?limit=250', uncounted('notes', note)],
    ['/events?limit=100', uncounted('events', event)],
    ['/leads/tags', uncounted('tags', tag)],
    ['/leads/pipelines', counted('pipelines', pipeline)],
    ['/leads/pipelines/{pipeline}', pipeline],
    ['/leads/pipelines/{pipeline}/statuses', bare('statuses', status)],
    [
      '/leads/pipelines/{pipeline}/statuses/142?with=descriptions',
      status.extend({ descriptions: z.array(z.never()) }),
    ],
    ['/leads/loss_reasons', counted('loss_reasons', lossReason)],
    ['/leads/custom_fields', pagedCounted('custom_fields', customField)],
    ['/contacts/custom_fields', pagedCounted('custom_fields', customField)],
    ['/leads/custom_fields/{field}', customField],
    ['/leads/custom_fields/groups', bare('custom_field_groups', group)],
    ['/leads/custom_fields/groups/default', group],
    ['/users?with=role,group', pagedCounted('users', user)],
    ['/events/types', counted('events_types', o({ key: text, type: int, lang: text }))],
    ['/leads/{lead}/links', counted('links', farLink)],
    [
      '/leads/links?filter[entity_id]={lead}',
      counted('links', farLink.extend({ entity_id: int, entity_type: text })),
    ],
  ])('GET %s', async (path, shape) => {
    const { status, body } = await api.get(at(path))
    expect(status).toBe(200)
    expect(shape.safeParse(body).error?.issues ?? []).toEqual([])
  })

  it.each<[string, object[], z.ZodType]>([
    ['/leads', [{}], written('leads', made)],
    ['/contacts', [{ name: 'А' }], written('contacts', made)],
    ['/companies', [{ name: 'А' }], written('companies', made)],
    ['/tasks', [{ text: 'т', complete_till: 1 }], written('tasks', made)],
    [
      '/leads/{lead}/notes',
      [{ note_type: 'common', params: { text: 'т' } }],
      written('notes', made.extend({ entity_id: int })),
    ],
    ['/leads/tags', [{ name: 'А' }], bare('tags', tag.extend({ request_id: text }))],
    [
      '/leads/custom_fields',
      [{ name: 'А', type: 'text' }],
      bare('custom_fields', customField.extend({ request_id: text })),
    ],
    [
      '/leads/pipelines/{pipeline}/statuses',
      [{ name: 'А' }],
      bare('statuses', o({ ...statusKeys, request_id: text, descriptions: z.array(z.unknown()) })),
    ],
    [
      '/leads/complex',
      [{}],
      z.array(
        o({
          id: int,
          contact_id: int.nullable(),
          company_id: int.nullable(),
          request_id: z.array(text),
          merged: flag,
        }),
      ),
    ],
  ])('POST %s', async (path, items, shape) => {
    const { body } = await api.post(at(path), items)
    expect(shape.safeParse(body).error?.issues ?? []).toEqual([])
  })

  it.each<[string, object, z.ZodType]>([
    ['/leads/{lead}', { price: 5 }, o({ id: int, updated_at: int, _links: self })],
    [
      '/contacts/{contact}',
      { last_name: 'Петров' },
      o({ id: int, name: text, updated_at: int, _links: self }),
    ],
    ['/leads/pipelines/{pipeline}', { name: 'Воронка продаж' }, pipeline.extend({ request_id: text })],
    ['/leads/custom_fields/{field}', { name: 'Источник' }, customField.extend({ request_id: text })],
  ])('PATCH %s', async (path, item, shape) => {
    const { body } = await api.patch(at(path), item)
    expect(shape.safeParse(body).error?.issues ?? []).toEqual([])
  })
})
