import { describe, expect, it } from 'vitest'
import { clientOf, json } from '../../../../test/support/amocrm-upstream.ts'
import { getAccount } from './account.ts'
import type { AmocrmClient } from './client.ts'
import { createCompanies, getCompany, listCompanies, updateCompany } from './companies.ts'
import { createLeadsComplex } from './complex.ts'
import { createContacts, getContact, listContacts, updateContact, updateContacts } from './contacts.ts'
import { listCustomFields } from './custom-fields.ts'
import { listEvents } from './events.ts'
import { createLeads, getLead, listLeads, updateLead, updateLeads } from './leads.ts'
import { linkEntities, listLinks, unlinkEntities } from './links.ts'
import { listLossReasons } from './loss-reasons.ts'
import { createNotes, listNotes, updateNote } from './notes.ts'
import { listPipelines } from './pipelines.ts'
import { createTags, listTags } from './tags.ts'
import { createTasks, getTask, listTasks, updateTask } from './tasks.ts'
import { getUser, listUsers } from './users.ts'

type Use = (client: AmocrmClient) => Promise<unknown>

/** What one use of the client sends: method, decoded address, body. */
async function sent(reply: unknown, use: Use): Promise<unknown[]> {
  const { client, seen } = await clientOf((response) =>
    reply === undefined ? response.writeHead(204).end() : json(response, reply),
  )
  await use(client)
  return seen.map(({ method, url, body }) => [method, decodeURIComponent(url).replace('/api/v4', ''), body])
}

const row = { id: 7, updated_at: 9 }
const made = (key: string, count = 1) => ({
  _embedded: { [key]: Array.from({ length: count }, (_, n) => ({ id: 100 + n, request_id: String(n) })) },
})

describe('reading sends exactly', () => {
  const full = { page: 2, limit: 250 }
  it.each<[string, unknown, Use]>([
    [
      '/account?with=task_types,datetime_settings',
      { id: 1 },
      (c) => getAccount(c, { with: ['task_types', 'datetime_settings'] }),
    ],
    ['/users?page=1&limit=50&with=role', undefined, (c) => listUsers(c, { with: ['role'] })],
    ['/users/7', undefined, (c) => getUser(c, 7)],
    ['/leads/pipelines', undefined, (c) => listPipelines(c)],
    ['/leads/loss_reasons?page=1&limit=250', undefined, (c) => listLossReasons(c)],
    [
      '/leads?page=2&limit=250&query=кухня&order[updated_at]=desc&filter[statuses][0][pipeline_id]=5&filter[statuses][0][status_id]=142&filter[price][from]=1&with=contacts',
      undefined,
      (c) =>
        listLeads(c, {
          ...full,
          query: 'кухня',
          order: { updated_at: 'desc' },
          filter: { statuses: [{ pipeline_id: 5, status_id: 142 }], price: { from: 1 } },
          with: ['contacts'],
        }),
    ],
    [
      '/leads/7?with=contacts,loss_reason',
      undefined,
      (c) => getLead(c, 7, { with: ['contacts', 'loss_reason'] }),
    ],
    [
      '/contacts?page=1&limit=50&query=4950001234&with=leads',
      undefined,
      (c) => listContacts(c, { query: '4950001234', with: ['leads'] }),
    ],
    ['/contacts/7', undefined, (c) => getContact(c, 7)],
    [
      '/companies?page=1&limit=50&order[id]=asc&filter[id][]=1&filter[id][]=2',
      undefined,
      (c) => listCompanies(c, { filter: { id: [1, 2] }, order: { id: 'asc' } }),
    ],
    ['/companies/7?with=leads', undefined, (c) => getCompany(c, 7, { with: ['leads'] })],
    [
      '/tasks?page=1&limit=50&order[complete_till]=asc&filter[is_completed]=0&filter[responsible_user_id][]=3',
      undefined,
      (c) =>
        listTasks(c, {
          filter: { is_completed: false, responsible_user_id: [3] },
          order: { complete_till: 'asc' },
        }),
    ],
    ['/tasks/7', undefined, (c) => getTask(c, 7)],
    [
      '/leads/7/notes?page=1&limit=50&order[id]=desc&filter[note_type][]=common',
      undefined,
      (c) => listNotes(c, 'leads', { entityId: 7, filter: { note_type: ['common'] }, order: { id: 'desc' } }),
    ],
    [
      '/contacts/notes?page=1&limit=50&filter[entity_id][]=1',
      undefined,
      (c) => listNotes(c, 'contacts', { filter: { entity_id: [1] } }),
    ],
    [
      '/leads/7/links?page=1&limit=50&filter[to_entity_type]=contacts',
      undefined,
      (c) => listLinks(c, 'leads', 7, { filter: { to_entity_type: 'contacts' } }),
    ],
    ['/leads/tags?page=1&limit=50&query=сайт', undefined, (c) => listTags(c, 'leads', { query: 'сайт' })],
    [
      '/contacts/custom_fields?page=3&limit=50',
      undefined,
      (c) => listCustomFields(c, 'contacts', { page: 3 }),
    ],
    [
      '/events?page=1&limit=100&filter[entity][]=lead&filter[entity_id][]=7&filter[type][]=lead_status_changed&filter[created_at][from]=10&with=lead_name',
      undefined,
      (c) =>
        listEvents(c, {
          limit: 250,
          filter: {
            entity: ['lead'],
            entity_id: [7],
            type: ['lead_status_changed'],
            created_at: { from: 10 },
          },
          with: ['lead_name'],
        }),
    ],
  ])('GET %s', async (address, reply, use) => {
    expect(await sent(reply, use)).toEqual([['GET', address, undefined]])
  })
})

describe('writing sends exactly', () => {
  it.each<[string, string, unknown, unknown, Use]>([
    [
      'POST',
      '/leads',
      [
        { name: 'А', _embedded: { contacts: [{ id: 5, is_main: true }] }, request_id: '0' },
        { name: 'Б', tags_to_add: [{ name: 'сайт' }], request_id: '1' },
      ],
      made('leads', 2),
      (c) =>
        createLeads(c, [
          { name: 'А', _embedded: { contacts: [{ id: 5, is_main: true }] } },
          { name: 'Б', tags_to_add: [{ name: 'сайт' }] },
        ]),
    ],
    [
      'PATCH',
      '/leads/7',
      { status_id: 143, loss_reason_id: 3 },
      row,
      (c) => updateLead(c, 7, { status_id: 143, loss_reason_id: 3 }),
    ],
    [
      'PATCH',
      '/leads',
      [{ id: 7, custom_fields_values: [{ field_id: 1, values: null }] }],
      { _embedded: { leads: [row] } },
      (c) => updateLeads(c, [{ id: 7, custom_fields_values: [{ field_id: 1, values: null }] }]),
    ],
    [
      'POST',
      '/leads/complex',
      [
        {
          name: 'А',
          _embedded: { contacts: [{ first_name: 'Анна' }], companies: [{ id: 3 }] },
          request_id: '0',
        },
      ],
      [{ id: 1, contact_id: 2, company_id: 3, request_id: ['0'], merged: false }],
      (c) =>
        createLeadsComplex(c, [
          { name: 'А', _embedded: { contacts: [{ first_name: 'Анна' }], companies: [{ id: 3 }] } },
        ]),
    ],
    [
      'POST',
      '/contacts',
      [
        {
          name: 'Анна',
          custom_fields_values: [
            { field_code: 'PHONE', values: [{ value: '+74950001234', enum_code: 'WORK' }] },
          ],
          request_id: '0',
        },
      ],
      made('contacts'),
      (c) =>
        createContacts(c, [
          {
            name: 'Анна',
            custom_fields_values: [
              { field_code: 'PHONE', values: [{ value: '+74950001234', enum_code: 'WORK' }] },
            ],
          },
        ]),
    ],
    [
      'PATCH',
      '/contacts/7',
      { last_name: 'Лис' },
      row,
      (c) => updateContact(c, 7, { last_name: 'Лис', name: undefined }),
    ],
    [
      'PATCH',
      '/contacts',
      [{ id: 7, name: 'А' }],
      { _embedded: { contacts: [row] } },
      (c) => updateContacts(c, [{ id: 7, name: 'А' }]),
    ],
    [
      'POST',
      '/companies',
      [{ name: 'ООО', request_id: '0' }],
      made('companies'),
      (c) => createCompanies(c, [{ name: 'ООО' }]),
    ],
    ['PATCH', '/companies/7', { name: 'АО' }, row, (c) => updateCompany(c, 7, { name: 'АО' })],
    [
      'POST',
      '/tasks',
      [{ text: 'Позвонить', complete_till: 5, entity_id: 7, entity_type: 'leads', request_id: '0' }],
      made('tasks'),
      (c) => createTasks(c, [{ text: 'Позвонить', complete_till: 5, entity_id: 7, entity_type: 'leads' }]),
    ],
    [
      'PATCH',
      '/tasks/7',
      { is_completed: true, result: { text: 'Готово' } },
      row,
      (c) => updateTask(c, 7, { is_completed: true, result: { text: 'Готово' } }),
    ],
    [
      'POST',
      '/leads/notes',
      [{ entity_id: 7, note_type: 'common', params: { text: 'т' }, request_id: '0' }],
      made('notes'),
      (c) => createNotes(c, 'leads', [{ entity_id: 7, note_type: 'common', params: { text: 'т' } }]),
    ],
    [
      'PATCH',
      '/leads/7/notes/8',
      { note_type: 'common', params: { text: 'т' } },
      row,
      (c) => updateNote(c, 'leads', { id: 8, entity_id: 7, note_type: 'common', params: { text: 'т' } }),
    ],
    [
      'POST',
      '/leads/7/link',
      [{ to_entity_id: 5, to_entity_type: 'contacts', metadata: { is_main: true } }],
      {
        _embedded: {
          links: [{ to_entity_id: 5, to_entity_type: 'contacts', metadata: { main_contact: true } }],
        },
      },
      (c) =>
        linkEntities(c, 'leads', 7, [
          { to_entity_id: 5, to_entity_type: 'contacts', metadata: { is_main: true } },
        ]),
    ],
    [
      'POST',
      '/leads/7/unlink',
      [{ to_entity_id: 5, to_entity_type: 'contacts' }],
      undefined,
      (c) => unlinkEntities(c, 'leads', 7, [{ to_entity_id: 5, to_entity_type: 'contacts' }]),
    ],
    [
      'POST',
      '/leads/tags',
      [{ name: 'сайт', request_id: '0' }],
      { _embedded: { tags: [{ id: 1, name: 'сайт', color: null, request_id: '0' }] } },
      (c) => createTags(c, 'leads', [{ name: 'сайт' }]),
    ],
  ])('%s %s %j', async (method, address, body, reply, use) => {
    expect(await sent(reply, use)).toEqual([[method, address, body]])
  })
})
