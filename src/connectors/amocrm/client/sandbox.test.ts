import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../../kernel/log.ts'
import { createQueues } from '../../../limits/queues.ts'
import { createLocks } from '../../../locks/locks.ts'
import { type AmocrmSandbox, startAmocrmSandbox } from '../../../sandbox/amocrm/server.ts'
import { getAccount } from './account.ts'
import { type AmocrmClient, createAmocrmClient } from './client.ts'
import { createCompanies, getCompany } from './companies.ts'
import { createLeadsComplex } from './complex.ts'
import { createContacts, getContact, listContacts, updateContact } from './contacts.ts'
import { accountDirectory } from './directory.ts'
import { listEvents } from './events.ts'
import { createLeads, getLead, type Lead, listLeads, updateLead, updateLeads } from './leads.ts'
import { linkEntities, listLinks, unlinkEntities } from './links.ts'
import { createNotes, listNotes, updateNote } from './notes.ts'
import { pages } from './page.ts'
import { createTags, listTags } from './tags.ts'
import { createTasks, getTask, listTasks, updateTask } from './tasks.ts'
import { getUser, listUsers } from './users.ts'

let sandbox: AmocrmSandbox
let client: AmocrmClient

beforeAll(async () => {
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 1_000_000 })
})
afterAll(() => sandbox.close())

beforeEach(async () => {
  await control({ reset: true })
  client = clientAt(1_000_000)
})

function clientAt(requestsPerSecond: number, log = silentLog): AmocrmClient {
  const { baseUrl, accessToken } = sandbox
  return createAmocrmClient({
    baseUrl,
    accessToken,
    queue: createQueues({ log })('test', requestsPerSecond),
    lock: createLocks({ log })('test'),
    log,
  })
}

async function control(switches: object) {
  const response = await fetch(sandbox.controlUrl, { method: 'POST', body: JSON.stringify(switches) })
  expect(response.status).toBe(200)
  return await response.json()
}

async function everyLead(options: Parameters<typeof listLeads>[1] = {}): Promise<Lead[]> {
  const leads: Lead[] = []
  const list = pages((window) => listLeads(client, { ...options, ...window }), { maxPages: 50, limit: 50 })
  for await (const { items } of list) leads.push(...items)
  return leads
}

async function mainPipeline() {
  const pipelines = await accountDirectory(client).pipelines()
  const pipeline = pipelines.find(({ is_main }) => is_main)
  const stages = pipeline?._embedded.statuses.filter(({ type, id }) => type === 0 && id > 143) ?? []
  const [first, second] = stages
  if (!pipeline || !first || !second) throw new Error('the demo account has no main pipeline')
  return { id: pipeline.id, first: first.id, second: second.id }
}

describe('the account', () => {
  it('tells its name, its zone and its task types', async () => {
    const account = await getAccount(client, { with: ['task_types', 'datetime_settings'] })
    expect(account).toMatchObject({
      subdomain: 'oknaidveri',
      _embedded: { datetime_settings: { timezone: 'Europe/Moscow' } },
    })
    expect(account._embedded.task_types.length).toBeGreaterThan(1)
  })

  it('has users, and one of them can be asked for', async () => {
    const { items } = await listUsers(client, { with: ['role', 'group'] })
    const [user] = items
    expect(items.length).toBeGreaterThan(3)
    expect(await getUser(client, user?.id ?? 0)).toMatchObject({ name: user?.name })
  })

  it('fills the directory: every field, every pipeline with won and lost', async () => {
    const directory = accountDirectory(client)
    const { records } = await control({})
    const fields = await Promise.all(
      (['leads', 'contacts', 'companies'] as const).map((entity) => directory.customFields(entity)),
    )
    expect(new Set(fields.flat().map(({ id }) => id)).size).toBe(records.fields)
    for (const { _embedded } of await directory.pipelines()) {
      expect(_embedded.statuses.map(({ id }) => id)).toEqual(expect.arrayContaining([142, 143]))
    }
    expect((await directory.lossReasons()).length).toBeGreaterThan(3)
    expect((await directory.taskTypes()).length).toBeGreaterThan(1)
  })

  it('may hide its users', async () => {
    await control({ usersForbidden: true })
    expect(await accountDirectory(client).users()).toEqual({ users: [], hidden: true })
  })
})

describe('lists', () => {
  it('are read to their end, each lead once', async () => {
    const leads = await everyLead({ order: { id: 'asc' } })
    const { records } = await control({})
    expect(new Set(leads.map(({ id }) => id)).size).toBe(leads.length)
    expect(leads.length).toBeGreaterThan(records.leads - 20)
  })

  it('give the right rows whether the account filters or not', async () => {
    const all = await everyLead()
    const filter = {
      statuses: [{ pipeline_id: all[0]?.pipeline_id ?? 0, status_id: 142 }],
      price: { from: 100_000 },
    }
    const expected = all
      .filter(
        (lead) => lead.status_id === 142 && lead.pipeline_id === all[0]?.pipeline_id && lead.price >= 100_000,
      )
      .map(({ id }) => id)
      .sort()
    expect(expected.length).toBeGreaterThan(3)
    for (const filterMode of ['full', 'none']) {
      await control({ filterMode })
      expect((await everyLead({ filter })).map(({ id }) => id).sort()).toEqual(expected)
    }
    expect(await listLeads(client, { filter })).toMatchObject({ filterIgnored: true })
  })

  it('of tasks, notes and events are read and filtered', async () => {
    const tasks = await listTasks(client, {
      filter: { is_completed: false },
      order: { complete_till: 'asc' },
    })
    expect(tasks.items.every(({ is_completed }) => !is_completed)).toBe(true)
    const due = tasks.items.map(({ complete_till }) => complete_till)
    expect(due).toEqual([...due].sort((a, b) => a - b))
    expect(
      (await listNotes(client, 'leads', { filter: { note_type: ['common'] } })).items.length,
    ).toBeGreaterThan(0)
    const events = await listEvents(client, { filter: { type: ['lead_status_changed'] }, limit: 250 })
    expect(events).toMatchObject({ hasMore: true, items: expect.objectContaining({ length: 100 }) })
  })

  it('find a contact by the last digits of the phone', async () => {
    const { items } = await listContacts(client, { query: '4950001234', with: ['leads'] })
    expect(items).toMatchObject([{ name: 'Иван Петров' }])
    expect(items[0]?._embedded.leads?.length).toBeGreaterThan(0)
  })
})

describe('a deal', () => {
  it('is created with its people, moved, lost and remembered by the change log', async () => {
    const pipeline = await mainPipeline()
    const [contactId = 0] = await createContacts(client, [{ first_name: 'Анна', last_name: 'Лис' }])
    const [companyId = 0] = await createCompanies(client, [{ name: 'ООО «Проба»' }])
    const [id = 0, other = 0] = await createLeads(client, [
      {
        name: 'Проба',
        price: 5000,
        pipeline_id: pipeline.id,
        status_id: pipeline.first,
        _embedded: { contacts: [{ id: contactId, is_main: true }], companies: [{ id: companyId }] },
      },
      { name: 'Вторая', tags_to_add: [{ name: 'проба' }] },
    ])
    expect(await getLead(client, id, { with: ['contacts'] })).toMatchObject({
      name: 'Проба',
      price: 5000,
      closed_at: null,
      _embedded: { contacts: [{ id: contactId, is_main: true }], companies: [{ id: companyId }] },
    })
    await updateLead(client, id, { status_id: pipeline.second, tags_to_add: [{ name: 'проба' }] })
    const [reason] = await accountDirectory(client).lossReasons()
    await updateLead(client, id, { status_id: 143, loss_reason_id: reason?.id })
    expect(await getLead(client, id, { with: ['loss_reason'] })).toMatchObject({
      status_id: 143,
      closed_at: expect.any(Number),
      _embedded: { tags: [{ name: 'проба' }], loss_reason: [{ name: reason?.name }] },
    })
    const { items } = await listEvents(client, { filter: { entity: ['lead'], entity_id: [id] } })
    expect(items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['lead_added', 'lead_status_changed']),
    )
    const updated = await updateLeads(client, [
      { id, price: 1 },
      { id: other, price: 2 },
    ])
    expect(updated.map((row) => row.id)).toEqual([id, other])
    await updateContact(client, contactId, { name: 'Анна Волк' })
    expect(await getContact(client, contactId, { with: ['leads'] })).toMatchObject({
      name: 'Анна Волк',
      _embedded: { leads: [{ id }] },
    })
    expect(await getCompany(client, companyId)).toMatchObject({ name: 'ООО «Проба»' })
  })

  it('is created together with a new contact and a new company', async () => {
    const [made] = await createLeadsComplex(client, [
      { name: 'Сложная', _embedded: { contacts: [{ first_name: 'Олег' }], companies: [{ name: 'ООО' }] } },
    ])
    expect(await getContact(client, made?.contact_id ?? 0)).toMatchObject({ first_name: 'Олег' })
    expect(made).toMatchObject({ merged: false, company_id: expect.any(Number) })
  })

  it('takes notes, tasks, links and tags', async () => {
    const [id = 0] = await createLeads(client, [{ name: 'Проба' }])
    const [contactId = 0] = await createContacts(client, [{ name: 'Анна' }])

    const [noteId = 0] = await createNotes(client, 'leads', [
      { entity_id: id, note_type: 'common', params: { text: 'было' } },
    ])
    await updateNote(client, 'leads', {
      id: noteId,
      entity_id: id,
      note_type: 'common',
      params: { text: 'стало' },
    })
    expect((await listNotes(client, 'leads', { entityId: id })).items).toMatchObject([
      { params: { text: 'стало' } },
    ])

    const [taskId = 0] = await createTasks(client, [
      { text: 'Позвонить', complete_till: 1_800_000_000, entity_type: 'leads', entity_id: id },
    ])
    await updateTask(client, taskId, { is_completed: true, result: { text: 'Дозвонился' } })
    expect(await getTask(client, taskId)).toMatchObject({ is_completed: true, result: 'Дозвонился' })

    const link = { to_entity_id: contactId, to_entity_type: 'contacts' } as const
    await linkEntities(client, 'leads', id, [link])
    expect((await listLinks(client, 'leads', id)).items).toMatchObject([link])
    await unlinkEntities(client, 'leads', id, [link])
    expect((await listLinks(client, 'leads', id)).items).toEqual([])

    const [tag] = await createTags(client, 'leads', [{ name: 'новый тег' }])
    expect((await listTags(client, 'leads', { filter: { name: 'новый тег' } })).items).toEqual([
      expect.objectContaining({ id: tag?.id }),
    ])
  })

  it('that is not there is nothing to read and not_found to write', async () => {
    expect(await getLead(client, 999_999_999)).toBeUndefined()
    await expect(updateLead(client, 999_999_999, { price: 1 })).rejects.toMatchObject({ kind: 'not_found' })
  })

  it('with a wrong value is refused, naming the place', async () => {
    await expect(
      createLeads(client, [{ custom_fields_values: [{ field_id: 999_999_999, values: [{ value: 'x' }] }] }]),
    ).rejects.toMatchObject({
      kind: 'invalid_input',
      message:
        'amoCRM did not accept the request: custom_fields_values.0.field_id is not one of the allowed values.',
    })
  })
})

describe('when things go wrong', () => {
  it('a write whose connection died after it was made is not repeated', async () => {
    await control({ fail: { cut: 'after' } })
    await expect(createLeads(client, [{ name: 'Одна-единственная' }])).rejects.toThrow('may or may not')
    expect(await everyLead({ query: 'Одна-единственная' })).toHaveLength(1)
  })

  it('a read whose connection died is', async () => {
    await control({ fail: { cut: 'before' } })
    expect((await listLeads(client)).items).toHaveLength(50)
  })

  it.each([
    ['unpaid', 'upstream_rejected', 'not paid'],
    ['disabled', 'not_linked', 'access token'],
    ['blocked', 'upstream_rejected', 'blocked'],
  ])('an account that is %s says so', async (status, kind, words) => {
    await control({ fail: { status } })
    await expect(listLeads(client)).rejects.toMatchObject({ kind, message: expect.stringContaining(words) })
  })

  it('the default rate never meets the limit of the account', async () => {
    await control({ quota: 7 })
    const troubles: unknown[] = []
    const log = { ...silentLog, warn: (...line: unknown[]) => void troubles.push(line) }
    const paced = clientAt(6, log)
    const calls = Array.from({ length: 16 }, () => getAccount(paced))
    expect(await Promise.all(calls)).toHaveLength(16)
    expect(troubles).toEqual([])
  })
})
