import { describe, expect, it } from 'vitest'
import { clientOf, html, json } from '../../../../test/support/amocrm-upstream.ts'
import { createLeadsComplex } from './complex.ts'
import { createContacts, getContact } from './contacts.ts'
import { listCustomFields } from './custom-fields.ts'
import { listEvents } from './events.ts'
import { createLeads, getLead, listLeads, updateLead, updateLeads } from './leads.ts'
import { listLinks } from './links.ts'
import { listNotes } from './notes.ts'
import { type Page, pages } from './page.ts'
import { getTask } from './tasks.ts'

const lead = (id: number, more = {}) => ({
  id,
  name: 'Сделка',
  price: 100,
  responsible_user_id: 1,
  pipeline_id: 5,
  status_id: 142,
  created_at: 10,
  updated_at: 20,
  custom_fields_values: null,
  ...more,
})
const answering = (body: unknown) => clientOf((response) => json(response, body))
const listed = (key: string, rows: unknown[], more = {}) =>
  answering({ _page: 1, _links: { next: { href: 'x' } }, _embedded: { [key]: rows }, ...more })

describe('one record', () => {
  it('is given with empty values where amoCRM leaves them out', async () => {
    const { client } = await answering(lead(7))
    expect(await getLead(client, 7)).toMatchObject({
      id: 7,
      closed_at: null,
      is_deleted: false,
      custom_fields_values: [],
      _embedded: { tags: [], companies: [] },
    })
  })

  it('that amoCRM does not have is undefined, under 204 and under 404', async () => {
    const gone = await clientOf((response) => response.writeHead(204).end())
    expect(await getLead(gone.client, 7)).toBeUndefined()
    const unknown = await answering({}).then(() =>
      clientOf((response) => json(response, { status: 404 }, 404)),
    )
    expect(await getLead(unknown.client, 7)).toBeUndefined()
  })

  it('is not taken for missing when the whole account is', async () => {
    const { client } = await clientOf((response) => html(response, 404))
    await expect(getLead(client, 7)).rejects.toMatchObject({ kind: 'not_linked' })
  })

  it.each([null, [], 'text', { id: '7' }, lead(7, { custom_fields_values: 'x' })])(
    'of a wrong shape is upstream_failed, without what it held: %j',
    async (body) => {
      const { client } = await answering(body)
      await expect(getLead(client, 7)).rejects.toMatchObject({
        kind: 'upstream_failed',
        message: 'amoCRM answered in an unexpected form.',
      })
    },
  )

  it('keeps every part of a custom field value', async () => {
    const values = [
      { value: '+74950001234', enum_id: 1, enum_code: 'WORK' },
      { catalog_id: 1, catalog_element_id: 2 },
    ]
    const field = { field_id: 3, field_name: 'Телефон', field_code: 'PHONE', field_type: 'multitext', values }
    const { client } = await answering({
      ...lead(7),
      custom_fields_values: [field],
    })
    expect(await getContact(client, 7)).toMatchObject({ custom_fields_values: [field] })
  })

  it.each([
    [[], ''],
    [{ text: 'Дозвонился' }, 'Дозвонился'],
    [null, ''],
  ])('reads the result of a task, whatever amoCRM calls empty: %j', async (result, expected) => {
    const task = {
      id: 7,
      text: 'Позвонить',
      task_type_id: 1,
      complete_till: 5,
      created_at: 1,
      updated_at: 1,
      result,
    }
    const { client } = await answering(task)
    expect(await getTask(client, 7)).toMatchObject({ result: expected })
  })
})

describe('a page', () => {
  it('of nothing is empty', async () => {
    const { client } = await clientOf((response) => response.writeHead(204).end())
    expect(await listLeads(client)).toEqual({ items: [], hasMore: false, filterIgnored: false })
  })

  it('that is not full is the last one, whatever amoCRM says about the next', async () => {
    const { client } = await listed('leads', [lead(1)])
    expect(await listLeads(client, { limit: 2 })).toMatchObject({ hasMore: false })
    expect(await listLeads(client, { limit: 1 })).toMatchObject({ hasMore: true })
  })

  it('of a counted list goes by the count, even when amoCRM gives less than was asked for', async () => {
    const { client } = await listed('custom_fields', [{ id: 1, name: 'Поле', type: 'text' }], {
      _page_count: 2,
    })
    expect(await listCustomFields(client, 'leads', { limit: 250 })).toMatchObject({ hasMore: true })
    expect(await listCustomFields(client, 'leads', { page: 2, limit: 1 })).toMatchObject({ hasMore: false })
  })

  it('drops the rows of an ignored filter and says so', async () => {
    const { client } = await listed('leads', [lead(1), lead(2, { pipeline_id: 6 })])
    const { items, filterIgnored } = await listLeads(client, { filter: { pipeline_id: [6] } })
    expect(items.map(({ id }) => id)).toEqual([2])
    expect(filterIgnored).toBe(true)
  })

  it('of events is full at a hundred, however many were asked for', async () => {
    const rows = Array.from({ length: 100 }, (_, n) => ({ id: `01pz${n}`, entity_id: 1, created_at: 1 }))
    const { client } = await listed('events', rows)
    expect(await listEvents(client, { limit: 250 })).toMatchObject({ hasMore: true })
  })

  it('of one of none is empty without asking: amoCRM would give everything', async () => {
    const { client, seen } = await listed('leads', [lead(1)])
    expect(await listLeads(client, { filter: { id: [] } })).toMatchObject({ items: [] })
    expect(await listLeads(client, { filter: { custom_fields_values: { 5: [] } } })).toMatchObject({
      items: [],
    })
    expect(seen).toHaveLength(0)
  })

  it('reads empty objects that PHP writes as lists', async () => {
    const note = { id: 1, entity_id: 7, note_type: 'common', params: [], created_at: 1, updated_at: 1 }
    const { client } = await listed('notes', [note])
    expect((await listNotes(client, 'leads')).items[0]?.params).toEqual({})
    const links = await listed('links', [{ to_entity_id: 1, to_entity_type: 'companies', metadata: [] }])
    expect((await listLinks(links.client, 'leads', 7)).items[0]?.metadata).toBeUndefined()
  })
})

describe('pages', () => {
  const book = (sheets: number[][]) => {
    const asked: number[] = []
    const list = async ({ page }: { page: number }): Promise<Page<{ id: number }>> => {
      asked.push(page)
      const items = (sheets[page - 1] ?? []).map((id) => ({ id }))
      return { items, hasMore: page < sheets.length, filterIgnored: false }
    }
    return { asked, list }
  }

  async function all<Item>(sequence: AsyncIterable<Item>): Promise<Item[]> {
    const items: Item[] = []
    for await (const item of sequence) items.push(item)
    return items
  }

  it('reads to the end and gives a row that moved between pages once', async () => {
    const { asked, list } = book([[1, 2], [2, 3], [4]])
    const rows = await all(pages(list, { maxPages: 10 }))
    expect(rows.flatMap(({ items }) => items.map(({ id }) => id))).toEqual([1, 2, 3, 4])
    expect(asked).toEqual([1, 2, 3])
  })

  it('stops at the cap and leaves the sign that there was more', async () => {
    const { asked, list } = book([[1], [2], [3]])
    const rows = await all(pages(list, { maxPages: 2 }))
    expect(rows.at(-1)).toMatchObject({ items: [{ id: 2 }], hasMore: true })
    expect(asked).toEqual([1, 2])
  })

  it('asks for no page that nobody reads', async () => {
    const { asked, list } = book([[1], [2], [3]])
    for await (const _ of pages(list, { maxPages: 9 })) break
    expect(asked).toEqual([1])
  })
})

describe('a write', () => {
  it('gives new ids in the order asked, whatever the order of the reply', async () => {
    const { client } = await answering({
      _embedded: {
        contacts: [
          { id: 102, request_id: '1' },
          { id: 101, request_id: '0' },
        ],
      },
    })
    expect(await createContacts(client, [{ name: 'А' }, { name: 'Б' }])).toEqual([101, 102])
  })

  it('that was accepted with an unclear reply says that it may have been made', async () => {
    const incomplete = await answering({ _embedded: { leads: [{ id: 1, request_id: '0' }] } })
    await expect(createLeads(incomplete.client, [{}, {}])).rejects.toThrow('may or may not')
    const strange = await answering({ ok: true })
    await expect(createLeads(strange.client, [{}])).rejects.toThrow('may or may not')
    const complex = await answering([])
    await expect(createLeadsComplex(complex.client, [{}])).rejects.toThrow('may or may not')
  })

  it('on a record that is not there is not_found', async () => {
    const { client } = await clientOf((response) => response.writeHead(204).end())
    await expect(updateLead(client, 7, { price: 1 })).rejects.toMatchObject({ kind: 'not_found' })
    expect(await updateLeads(client, [{ id: 7, price: 1 }])).toEqual([])
  })

  it('of too many at once is refused before it is sent', async () => {
    const { client, seen } = await answering({})
    await expect(createLeads(client, Array(251).fill({}))).rejects.toMatchObject({ kind: 'invalid_input' })
    await expect(createLeadsComplex(client, Array(51).fill({}))).rejects.toMatchObject({
      kind: 'invalid_input',
    })
    expect(seen).toHaveLength(0)
  })

  it('of nothing sends nothing', async () => {
    const { client, seen } = await answering({})
    expect(await createLeads(client, [])).toEqual([])
    expect(await createLeadsComplex(client, [])).toEqual([])
    expect(await updateLeads(client, [])).toEqual([])
    expect(seen).toHaveLength(0)
  })
})
