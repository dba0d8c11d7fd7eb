import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AmocrmSandbox, startAmocrmSandbox } from '../server.ts'
import { callerOf, complaintOf } from '../testing.ts'

let sandbox: AmocrmSandbox
let api: ReturnType<typeof callerOf>
let fields: Map<string, { id: number; enums: { id: number; value: string }[] }>
let stages: { id: number; name: string }[]
let pipeline: number
let other: { id: number; _embedded: { statuses: { id: number }[] } }

beforeAll(async () => {
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 1000 })
  api = callerOf(sandbox, fetch)
  const rows = await api.list('/leads/custom_fields')
  fields = new Map(rows.map((field) => [field.name, field]))
  const [main, second] = await api.list('/leads/pipelines')
  pipeline = main.id
  stages = main._embedded.statuses
  other = second
})
afterAll(() => sandbox.close())

const read = async (id: number, query = '') => (await api.get(`/leads/${id}${query}`)).body
const field = (name: string) => fields.get(name)?.id ?? 0
const choice = (name: string, index = 0) => fields.get(name)?.enums[index]?.id ?? 0
const stage = (name: string) => stages.find((one) => one.name === name)?.id ?? 0

describe('creating deals', () => {
  it('needs nothing: name, stage, pipeline and owner have defaults', async () => {
    const { body } = await api.post('/leads', [{}])
    const [made] = body._embedded.leads
    expect(body).toEqual({
      _links: { self: { href: `${sandbox.baseUrl}/api/v4/leads` } },
      _embedded: { leads: [{ id: made.id, request_id: '0', _links: expect.any(Object) }] },
    })
    const { current_user_id: me } = (await api.get('/account')).body
    expect(await read(made.id)).toMatchObject({
      name: `Сделка #${made.id}`,
      price: 0,
      pipeline_id: pipeline,
      status_id: stage('Новая заявка'),
      responsible_user_id: me,
      created_by: me,
      closed_at: null,
      closest_task_at: null,
      custom_fields_values: null,
      _embedded: { tags: [], companies: [] },
    })
  })

  it('echoes request_id, or gives the place in the array', async () => {
    const { body } = await api.post('/leads', [{ request_id: 'моя' }, {}, { request_id: 7 }])
    expect(body._embedded.leads.map((lead: { request_id: string }) => lead.request_id)).toEqual([
      'моя',
      '1',
      '7',
    ])
  })

  it('keeps created_by 0 for robots', async () => {
    const id = await api.make('/leads', { created_by: 0 })
    expect(await read(id)).toMatchObject({ created_by: 0, updated_by: 0 })
  })

  it('puts a deal into the pipeline of a stage, or on the first stage of a pipeline', async () => {
    const [, first] = other._embedded.statuses
    expect(await read(await api.make('/leads', { status_id: first?.id }))).toMatchObject({
      pipeline_id: other.id,
    })
    expect(await read(await api.make('/leads', { pipeline_id: other.id }))).toMatchObject({
      status_id: first?.id,
    })
  })

  it('links the cards that _embedded names: the first contact is the main one', async () => {
    const contacts = [await api.make('/contacts', { name: 'А' }), await api.make('/contacts', { name: 'Б' })]
    const company = await api.make('/companies', { name: 'В' })
    const id = await api.make('/leads', {
      _embedded: { contacts: contacts.map((one) => ({ id: one })), companies: [{ id: company }] },
    })
    const { _embedded } = await read(id, '?with=contacts')
    expect(_embedded.contacts.map(({ is_main }: { is_main: boolean }) => is_main)).toEqual([true, false])
    expect(_embedded.companies).toMatchObject([{ id: company }])
  })
})

describe('refusals', () => {
  it.each([
    ['a price in quotes', { price: '100' }, 'InvalidType price'],
    ['a price that is no number', { price: null }, 'InvalidType price'],
    ['a name that is a number', { name: 5 }, 'InvalidType name'],
    ['an unknown pipeline', { pipeline_id: 1 }, 'NotSupportedChoice pipeline_id'],
    ['an unknown stage', { status_id: 1 }, 'NotSupportedChoice status_id'],
    ['an unknown user', { responsible_user_id: 1 }, 'NotSupportedChoice responsible_user_id'],
    ['an unknown author', { created_by: 1 }, 'NotSupportedChoice created_by'],
    [
      'an unknown field',
      { custom_fields_values: [{ field_id: 1, values: [] }] },
      'NotSupportedChoice custom_fields_values.0.field_id',
    ],
    [
      'a field without id',
      { custom_fields_values: [{ values: [] }] },
      'FieldMissing custom_fields_values.0.field_id',
    ],
    ['fields that are no array', { custom_fields_values: { 1: 2 } }, 'InvalidType custom_fields_values'],
    [
      'an unknown contact',
      { _embedded: { contacts: [{ id: 1 }] } },
      'NotSupportedChoice _embedded.contacts.0.id',
    ],
    ['an unknown tag', { _embedded: { tags: [{ id: 1 }] } }, 'NotSupportedChoice _embedded.tags.0.id'],
    ['a loss reason of an open deal', { loss_reason_id: 14_260_102 }, 'NotSupportedChoice loss_reason_id'],
  ])('%s', async (_case, item, complaint) => {
    const answer = await api.post('/leads', [item])
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(complaintOf(answer)).toBe(complaint)
  })

  it('a stage of another pipeline', async () => {
    const answer = await api.post('/leads', [{ pipeline_id: other.id, status_id: stage('Монтаж') }])
    expect(complaintOf(answer)).toBe('NotSupportedChoice status_id')
  })

  it('the unsorted stage', async () => {
    const [unsorted] = stages
    expect(complaintOf(await api.post('/leads', [{ status_id: unsorted?.id }]))).toBe(
      'NotSupportedChoice status_id',
    )
  })

  it('a deactivated user', async () => {
    const gone = (await api.list('/users')).find((user) => !user.rights.is_active)
    const answer = await api.post('/leads', [{ responsible_user_id: gone.id }])
    expect(complaintOf(answer)).toBe('NotSupportedChoice responsible_user_id')
  })

  it.each([
    ['enum_id', { enum_id: 1 }],
    ['enum_code', { enum_code: 'no' }],
    ['value', { value: 'Нет такого' }],
  ])('a choice that is not there names the key that was sent: %s', async (key, value) => {
    const answer = await api.post('/leads', [
      { custom_fields_values: [{ field_id: field('Источник'), values: [value] }] },
    ])
    expect(complaintOf(answer)).toBe(`NotSupportedChoice custom_fields_values.0.values.0.${key}`)
  })

  it('one bad element refuses the whole batch, told by its request_id', async () => {
    const name = 'Не должна появиться'
    const answer = await api.post('/leads', [{ name }, { name, price: 'много', request_id: 'второй' }])
    expect(answer.body).toEqual({
      'validation-errors': [
        {
          request_id: 'второй',
          errors: [{ code: 'InvalidType', path: 'price', detail: 'This value should be of type int.' }],
        },
      ],
      title: 'Bad Request',
      type: 'https://httpstatus.es/400',
      status: 400,
      detail: 'Request validation failed',
    })
    expect(await api.list(`/leads?query=${encodeURIComponent(name)}`)).toEqual([])
  })
})

describe('field values', () => {
  it.each([
    ['Площадь, м²', 12.5, '12.5'],
    ['Площадь, м²', '7', '7'],
    ['Скидка', true, true],
    ['Скидка', 0, false],
    ['Адрес объекта', 'ул. Лесная, 1', 'ул. Лесная, 1'],
    ['Дата замера', '2026-03-05T15:00:00+03:00', 1_772_658_000],
    ['Дата замера', 1_772_700_000, 1_772_658_000],
    ['Дата монтажа', '2026-03-05T15:00:00+03:00', 1_772_712_000],
  ])('of «%s» written as %j are read as %j', async (name, written, shown) => {
    const id = await api.make('/leads', {
      custom_fields_values: [{ field_id: field(name), values: [{ value: written }] }],
    })
    expect((await read(id)).custom_fields_values[0].values).toEqual([{ value: shown }])
  })

  it('of a select carry value and enum, of a multiselect several', async () => {
    const id = await api.make('/leads', {
      custom_fields_values: [
        { field_id: field('Источник'), values: [{ value: 'Звонок' }] },
        {
          field_id: field('Что заказывают'),
          values: [{ enum_id: choice('Что заказывают') }, { value: 'Двери' }],
        },
      ],
    })
    const [select, many] = (await read(id)).custom_fields_values
    expect(select.values).toEqual([{ value: 'Звонок', enum_id: choice('Источник', 1), enum_code: null }])
    expect(many.values.map(({ value }: { value: string }) => value)).toEqual(['Окна', 'Двери'])
  })
})

describe('updating deals', () => {
  it('merges: keys that are not sent stay', async () => {
    const id = await api.make('/leads', {
      name: 'Было',
      price: 5,
      custom_fields_values: [{ field_id: field('Адрес объекта'), values: [{ value: 'А' }] }],
    })
    const reply = await api.patch(`/leads/${id}`, {
      price: 6,
      custom_fields_values: [{ field_id: field('Скидка'), values: [{ value: true }] }],
    })
    expect(reply.body).toEqual({ id, updated_at: expect.any(Number), _links: expect.any(Object) })
    expect(await read(id)).toMatchObject({ name: 'Было', price: 6 })
    expect((await read(id)).custom_fields_values).toHaveLength(2)
  })

  it('replaces tags through _embedded, changes them through the two lists', async () => {
    const id = await api.make('/leads', { tags_to_add: [{ name: 'один' }, { name: 'два' }] })
    const tags = async () => (await read(id))._embedded.tags.map(({ name }: { name: string }) => name)
    expect(await tags()).toEqual(['один', 'два'])
    await api.patch(`/leads/${id}`, { tags_to_add: [{ name: 'три' }], tags_to_delete: [{ name: 'один' }] })
    expect(await tags()).toEqual(['два', 'три'])
    await api.patch(`/leads/${id}`, { _embedded: { tags: [{ name: 'четыре' }] } })
    expect(await tags()).toEqual(['четыре'])
    await api.patch('/leads', [{ id, _embedded: { tags: null } }])
    expect(await tags()).toEqual([])
  })

  it('sets closed_at on closing and clears it on leaving; a loss reason lives only on the lost stage', async () => {
    const id = await api.make('/leads', {})
    const reason = (await api.list('/leads/loss_reasons'))[0]
    await api.patch(`/leads/${id}`, { status_id: 143, loss_reason_id: reason.id })
    const lost = await read(id, '?with=loss_reason')
    expect(lost).toMatchObject({ status_id: 143, loss_reason_id: reason.id, closed_at: expect.any(Number) })
    expect(lost._embedded.loss_reason).toMatchObject([{ id: reason.id, name: reason.name }])
    await api.patch(`/leads/${id}`, { status_id: stage('Монтаж') })
    expect(await read(id)).toMatchObject({ closed_at: null, loss_reason_id: null })
    await api.patch(`/leads/${id}`, { status_id: 142 })
    expect((await read(id)).closed_at).toEqual(expect.any(Number))
  })

  it('moves to another pipeline only with a stage of it', async () => {
    const id = await api.make('/leads', {})
    const [, , target] = other._embedded.statuses
    expect((await api.patch(`/leads/${id}`, { pipeline_id: other.id })).status).toBe(400)
    expect((await api.patch(`/leads/${id}`, { status_id: target?.id })).status).toBe(400)
    await api.patch(`/leads/${id}`, { pipeline_id: other.id, status_id: target?.id })
    expect(await read(id)).toMatchObject({ pipeline_id: other.id, status_id: target?.id })
  })

  it('skips unknown ids of a batch, and says nothing when none is known', async () => {
    const id = await api.make('/leads', {})
    const { body } = await api.patch('/leads', [
      { id: 1, name: 'x' },
      { id, name: 'x' },
    ])
    expect(body._embedded.leads.map((lead: { id: number }) => lead.id)).toEqual([id])
    expect((await api.patch('/leads', [{ id: 1, name: 'x' }])).status).toBe(204)
    expect((await api.patch('/leads/1', { name: 'x' })).status).toBe(204)
    expect(complaintOf(await api.patch('/leads', [{ name: 'x' }]))).toBe('FieldMissing id')
    expect(complaintOf(await api.patch('/leads', [{ id: '1' }]))).toBe('InvalidType id')
  })
})

describe('complex deals', () => {
  it('come with a contact and a company, as a bare array', async () => {
    const { body } = await api.post('/leads/complex', [
      {
        name: 'К',
        request_id: 'a',
        _embedded: { contacts: [{ first_name: 'Зоя' }], companies: [{ name: 'ООО' }] },
      },
      { name: 'Без всего' },
    ])
    expect(body).toEqual([
      {
        id: expect.any(Number),
        contact_id: expect.any(Number),
        company_id: expect.any(Number),
        request_id: ['a'],
        merged: false,
      },
      { id: expect.any(Number), contact_id: null, company_id: null, request_id: ['1'], merged: false },
    ])
    const lead = await read(body[0].id, '?with=contacts')
    expect(lead._embedded).toMatchObject({
      contacts: [{ id: body[0].contact_id, is_main: true }],
      companies: [{ id: body[0].company_id }],
    })
  })

  it('take cards that exist by id', async () => {
    const contact = await api.make('/contacts', { name: 'Есть' })
    const { body } = await api.post('/leads/complex', [{ _embedded: { contacts: [{ id: contact }] } }])
    expect(body[0].contact_id).toBe(contact)
  })

  it.each([
    [
      'two contacts',
      { _embedded: { contacts: [{ name: 'А' }, { name: 'Б' }] } },
      'TooMany _embedded.contacts',
    ],
    [
      'an unknown contact',
      { _embedded: { contacts: [{ id: 1 }] } },
      'NotSupportedChoice _embedded.contacts.0.id',
    ],
    [
      'a bad field of the contact',
      { _embedded: { contacts: [{ custom_fields_values: [{ field_code: 'NO', values: [] }] }] } },
      'NotSupportedChoice _embedded.contacts.0.custom_fields_values.0.field_code',
    ],
  ])('are refused with %s', async (_case, item, complaint) => {
    expect(complaintOf(await api.post('/leads/complex', [item]))).toBe(complaint)
  })
})

describe('the source of a deal', () => {
  it('is there only when it is asked for, and says what came in by itself', async () => {
    const robots = await api.make('/leads', { name: 'Сама пришла', created_by: 0 })
    const mine = await api.make('/leads', { name: 'Записали' })
    expect((await api.get(`/leads/${robots}`)).body).not.toHaveProperty('source_id')
    const { body } = await api.get(`/leads/${robots}?with=source,source_id`)
    expect(body._embedded.source).toEqual({ id: body.source_id, name: 'API' })
    expect((await api.get(`/leads/${mine}?with=source`)).body._embedded.source).toBeNull()
  })
})
