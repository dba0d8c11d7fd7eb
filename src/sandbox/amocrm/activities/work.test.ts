import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AmocrmSandbox, startAmocrmSandbox } from '../server.ts'
import { callerOf, complaintOf } from '../testing.ts'

let sandbox: AmocrmSandbox
let api: ReturnType<typeof callerOf>
let lead: number

const hour = 3600
const soon = () => Math.floor(Date.now() / 1000) + hour

beforeAll(async () => {
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 1000 })
  api = callerOf(sandbox, fetch)
  lead = await api.make('/leads', { name: 'Дело' })
})
afterAll(() => sandbox.close())

describe('tasks', () => {
  it('need a text and a deadline', async () => {
    const { body } = await api.post('/tasks', [{}])
    expect(body['validation-errors'][0].errors).toEqual([
      { code: 'FieldMissing', path: 'text', detail: 'This field is missing.' },
      { code: 'FieldMissing', path: 'complete_till', detail: 'This field is missing.' },
    ])
  })

  it.each([
    ['an unknown card', { entity_id: 1, entity_type: 'leads' }, 'NotSupportedChoice entity_id'],
    ['a card without its type', { entity_id: 1 }, 'FieldMissing entity_type'],
    ['an unknown kind of card', { entity_id: 1, entity_type: 'boxes' }, 'NotSupportedChoice entity_type'],
    ['an unknown type', { task_type_id: 99 }, 'NotSupportedChoice task_type_id'],
    ['a deadline in words', { complete_till: 'завтра' }, 'InvalidType complete_till'],
    ['a blank text', { text: '  ' }, 'NotBlank text'],
  ])('are refused with %s', async (_case, item, complaint) => {
    expect(complaintOf(await api.post('/tasks', [{ text: 'т', complete_till: 1, ...item }]))).toBe(complaint)
  })

  it('are completed with a result, which is an empty array until then', async () => {
    const id = await api.make('/tasks', { text: 'Позвонить', complete_till: soon() })
    expect((await api.get(`/tasks/${id}`)).body).toMatchObject({
      result: [],
      is_completed: false,
      task_type_id: 1,
    })
    const reply = await api.patch(`/tasks/${id}`, { is_completed: true, result: { text: 'Дозвонились' } })
    expect(reply.body).toEqual({
      id,
      updated_at: expect.any(Number),
      request_id: '0',
      _links: expect.any(Object),
    })
    expect((await api.get(`/tasks/${id}`)).body).toMatchObject({
      result: { text: 'Дозвонились' },
      is_completed: true,
    })
  })

  it('set the closest_task_at of their card while they are open', async () => {
    const card = await api.make('/leads', {})
    const closest = async () => (await api.get(`/leads/${card}`)).body.closest_task_at
    const on = { text: 'т', entity_id: card, entity_type: 'leads' }
    await api.make('/tasks', { ...on, complete_till: 2_000_000_000 })
    const first = await api.make('/tasks', { ...on, complete_till: 1_900_000_000 })
    expect(await closest()).toBe(1_900_000_000)
    await api.patch(`/tasks/${first}`, { is_completed: true })
    expect(await closest()).toBe(2_000_000_000)
  })

  it('are filtered whatever the account pays for, and ordered by deadline', async () => {
    const open = await api.list('/tasks?limit=250&filter[is_completed]=0&order[complete_till]=asc')
    expect(open.every((task) => task.is_completed === false)).toBe(true)
    expect(open.map((task) => task.complete_till)).toEqual(
      open.map((task) => task.complete_till).toSorted((a, b) => a - b),
    )
    const mine = await api.list(`/tasks?filter[entity_type]=leads&filter[entity_id]=${open[0].entity_id}`)
    expect(mine.length).toBeGreaterThan(0)
    expect(mine.every((task) => task.entity_id === open[0].entity_id)).toBe(true)
    expect(await api.list(`/tasks?filter[entity_id]=${open[0].entity_id}`)).toEqual([])
  })
})

describe('notes', () => {
  it('are written and read at every address they have', async () => {
    const common = { note_type: 'common', params: { text: 'Раз' } }
    const { body } = await api.post('/leads/notes', [{ ...common, entity_id: lead, request_id: 'n' }])
    const [{ id, ...reply }] = body._embedded.notes
    expect(reply).toEqual({
      entity_id: lead,
      request_id: 'n',
      _links: { self: { href: `${sandbox.baseUrl}/api/v4/leads/${lead}/notes/${id}` } },
    })
    await api.post(`/leads/${lead}/notes`, [{ ...common, params: { text: 'Два' } }])
    const texts = (notes: { params: { text: string } }[]) => notes.map(({ params }) => params.text)
    expect(texts(await api.list(`/leads/${lead}/notes`))).toEqual(['Раз', 'Два'])
    expect(texts(await api.list(`/leads/notes?filter[id][]=${id}`))).toEqual(['Раз'])
    for (const path of [`/leads/notes/${id}`, `/leads/${lead}/notes/${id}`]) {
      expect((await api.get(path)).body).toMatchObject({
        id,
        entity_id: lead,
        note_type: 'common',
        params: { text: 'Раз' },
      })
    }
    await api.patch(`/leads/${lead}/notes/${id}`, { params: { text: 'Иначе' } })
    await api.patch('/leads/notes', [{ id, note_type: 'common', params: { text: 'Ещё иначе' } }])
    expect((await api.get(`/leads/notes/${id}`)).body.params).toEqual({ text: 'Ещё иначе' })
    expect((await api.get(`/contacts/notes/${id}`)).status).toBe(204)
  })

  it('are pinned and unpinned', async () => {
    const id = await api.make(`/leads/${lead}/notes`, { note_type: 'common', params: { text: 'Важно' } })
    expect((await api.post(`/leads/notes/${id}/pin`, '')).status).toBe(204)
    expect((await api.get(`/leads/notes/${id}?with=is_pinned`)).body.is_pinned).toBe(true)
    await api.post(`/leads/notes/${id}/unpin`, '')
    expect((await api.get(`/leads/notes/${id}?with=is_pinned`)).body.is_pinned).toBe(false)
  })

  it.each([
    [
      'an unknown card',
      { entity_id: 1, note_type: 'common', params: { text: 'x' } },
      'NotSupportedChoice entity_id',
    ],
    ['no kind', { params: {} }, 'FieldMissing note_type'],
    ['a read-only kind', { note_type: 'amomail_message', params: {} }, 'NotSupportedChoice note_type'],
    ['no text', { note_type: 'common', params: {} }, 'FieldMissing params.text'],
    [
      'a call without a phone',
      { note_type: 'call_in', params: { duration: 1, source: 'x' } },
      'FieldMissing params.phone',
    ],
    [
      'a duration in words',
      { note_type: 'call_out', params: { duration: 'час', source: 'x', phone: '1' } },
      'InvalidType params.duration',
    ],
  ])('are refused with %s', async (_case, item, complaint) => {
    expect(complaintOf(await api.post('/leads/notes', [{ entity_id: lead, ...item }]))).toBe(complaint)
  })
})

describe('links', () => {
  it('go both ways, and tell the main contact only from the deal', async () => {
    const id = await api.make('/leads', {})
    const [first, second] = [
      await api.make('/contacts', { name: 'А' }),
      await api.make('/contacts', { name: 'Б' }),
    ]
    await api.post(`/leads/${id}/link`, [{ to_entity_id: first, to_entity_type: 'contacts' }])
    const { body } = await api.post(`/leads/${id}/link`, [
      { to_entity_id: second, to_entity_type: 'contacts', metadata: { is_main: true } },
    ])
    expect(body._embedded.links).toEqual([
      {
        entity_id: id,
        entity_type: 'leads',
        to_entity_id: second,
        to_entity_type: 'contacts',
        metadata: { main_contact: true },
      },
    ])
    expect(await api.list(`/leads/${id}/links`)).toEqual([
      { to_entity_id: first, to_entity_type: 'contacts', metadata: { main_contact: false } },
      { to_entity_id: second, to_entity_type: 'contacts', metadata: { main_contact: true } },
    ])
    expect(await api.list(`/contacts/${first}/links`)).toEqual([
      { to_entity_id: id, to_entity_type: 'leads', metadata: null },
    ])
    expect(
      (await api.post(`/leads/${id}/unlink`, [{ to_entity_id: second, to_entity_type: 'contacts' }])).status,
    ).toBe(204)
    expect(await api.list(`/leads/${id}/links`)).toMatchObject([
      { to_entity_id: first, metadata: { main_contact: true } },
    ])
  })

  it('leave a deal and a contact with one company', async () => {
    const companies = [
      await api.make('/companies', { name: 'А' }),
      await api.make('/companies', { name: 'Б' }),
    ]
    const contact = await api.make('/contacts', { name: 'Ч' })
    for (const company of companies) {
      await api.post(`/contacts/${contact}/link`, [{ to_entity_id: company, to_entity_type: 'companies' }])
    }
    expect((await api.get(`/contacts/${contact}`)).body._embedded.companies).toMatchObject([
      { id: companies[1] },
    ])
    expect((await api.get(`/companies/${companies[0]}?with=contacts`)).body._embedded.contacts).toEqual([])
  })

  it('are made and read for many cards at once', async () => {
    const [a, b] = [await api.make('/leads', {}), await api.make('/leads', {})]
    const contact = await api.make('/contacts', { name: 'Общий' })
    const rows = [a, b].map((entity_id) => ({ entity_id, to_entity_id: contact, to_entity_type: 'contacts' }))
    await api.post('/leads/link', rows)
    const links = await api.list(
      `/leads/links?filter[entity_id][]=${a}&filter[entity_id][]=${b}&filter[to_entity_type]=contacts`,
    )
    expect(links.map(({ entity_id }) => entity_id)).toEqual([a, b])
    expect((await api.get('/leads/links')).status).toBe(400)
    expect((await api.post('/leads/unlink', rows)).status).toBe(204)
    expect(await api.list(`/leads/links?filter[entity_id]=${a}`)).toEqual([])
  })

  it('are refused to cards that are not there', async () => {
    const answer = await api.post(`/leads/${lead}/link`, [{ to_entity_id: 1, to_entity_type: 'contacts' }])
    expect(complaintOf(answer)).toBe('NotSupportedChoice to_entity_id')
    const loop = await api.post(`/leads/${lead}/link`, [{ to_entity_id: lead, to_entity_type: 'leads' }])
    expect(complaintOf(loop)).toBe('NotSupportedChoice to_entity_type')
  })
})

describe('tags', () => {
  it('are found again by name, and have colours only on deals', async () => {
    const { body } = await api.post('/leads/tags', [
      { name: 'Новый', color: 'DDEBB5' },
      { name: 'Второй', request_id: 'q' },
    ])
    expect(body._total_items).toBe(2)
    expect(body._embedded.tags).toEqual([
      { id: expect.any(Number), name: 'Новый', color: 'DDEBB5', request_id: '0' },
      { id: expect.any(Number), name: 'Второй', color: null, request_id: 'q' },
    ])
    const again = await api.post('/leads/tags', [{ name: 'Новый' }])
    expect(again.body._embedded.tags[0].id).toBe(body._embedded.tags[0].id)
    expect(await api.list(`/leads/tags?filter[name]=${encodeURIComponent('Новый')}`)).toHaveLength(1)
    expect(complaintOf(await api.post('/leads/tags', [{ name: 'x', color: 'ABCDEF' }]))).toBe(
      'NotSupportedChoice color',
    )
    const contactTag = await api.post('/contacts/tags', [{ name: 'Новый' }])
    expect(contactTag.body._embedded.tags[0]).toMatchObject({ color: null })
    expect(contactTag.body._embedded.tags[0].id).not.toBe(body._embedded.tags[0].id)
  })
})
