import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AmocrmSandbox, startAmocrmSandbox } from '../server.ts'
import { callerOf, complaintOf } from '../testing.ts'

let sandbox: AmocrmSandbox
let api: ReturnType<typeof callerOf>

beforeAll(async () => {
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 1000 })
  api = callerOf(sandbox, fetch)
})
beforeEach(() => api.control({ reset: true }))
afterAll(() => sandbox.close())

const newPipeline = (extra: object = {}) => ({
  name: 'Третья',
  sort: 30,
  is_main: false,
  is_unsorted_on: true,
  _embedded: {
    statuses: [
      { id: 142, name: 'Ура' },
      { name: 'Начало', sort: 10, color: '#fffeb2' },
    ],
  },
  ...extra,
})

describe('pipelines', () => {
  it('each hold the unsorted, the won and the lost stage', async () => {
    for (const { _embedded } of await api.list('/leads/pipelines')) {
      const { statuses } = _embedded
      expect(statuses[0]).toMatchObject({ type: 1, is_editable: false, name: 'Неразобранное' })
      expect(statuses.at(-2)).toMatchObject({ id: 142, sort: 10_000, color: '#CCFF66', is_editable: false })
      expect(statuses.at(-1)).toMatchObject({ id: 143, sort: 11_000, color: '#D5D8DB', is_editable: false })
    }
  })

  it('are made with their stages and names for the closed ones, changed and deleted', async () => {
    const { body } = await api.post('/leads/pipelines', [newPipeline({ request_id: 'p' })])
    const [made] = body._embedded.pipelines
    expect(made).toMatchObject({ name: 'Третья', request_id: 'p', is_main: false })
    const names = made._embedded.statuses.map(({ name }: { name: string }) => name)
    expect(names).toEqual(['Неразобранное', 'Начало', 'Ура', 'Закрыто и не реализовано'])
    const changed = await api.patch(`/leads/pipelines/${made.id}`, { is_main: true, is_unsorted_on: false })
    expect(changed.body._embedded.statuses).toHaveLength(3)
    const mains = (await api.list('/leads/pipelines')).filter(({ is_main }) => is_main)
    expect(mains.map(({ id }) => id)).toEqual([made.id])
    expect((await api.delete(`/leads/pipelines/${made.id}`)).status).toBe(204)
    expect((await api.delete(`/leads/pipelines/${made.id}`)).status).toBe(400)
  })

  it.each([
    ['only a name', { name: 'x' }, 'FieldMissing sort'],
    ['no stages', newPipeline({ _embedded: undefined }), 'FieldMissing _embedded.statuses'],
    [
      'a colour that is not in the list',
      newPipeline({ _embedded: { statuses: [{ name: 'А', color: '#123456' }] } }),
      'NotSupportedChoice _embedded.statuses.0.color',
    ],
  ])('are refused with %s', async (_case, item, complaint) => {
    expect(complaintOf(await api.post('/leads/pipelines', [item]))).toBe(complaint)
  })

  it('with deals cannot be deleted, nor can there be more than 50', async () => {
    const [main] = await api.list('/leads/pipelines')
    expect((await api.delete(`/leads/pipelines/${main.id}`)).status).toBe(422)
    expect((await api.post('/leads/pipelines', Array(49).fill(newPipeline()))).status).toBe(400)
    expect((await api.post('/leads/pipelines', Array(48).fill(newPipeline()))).status).toBe(200)
  })
})

describe('stages', () => {
  it('are added in their place with descriptions, changed and listed', async () => {
    const [{ id }] = await api.list('/leads/pipelines')
    const { body } = await api.post(`/leads/pipelines/${id}/statuses`, [
      {
        name: 'Пауза',
        sort: 25,
        color: '#deff81',
        descriptions: [{ level: 'newbie', description: 'Ждать' }],
      },
    ])
    const [made] = body._embedded.statuses
    expect(made.descriptions).toMatchObject([
      { level: 'newbie', description: 'Ждать', status_id: made.id, pipeline_id: id },
    ])
    const path = `/leads/pipelines/${id}/statuses`
    expect((await api.list(path)).map((status) => status.name).indexOf('Пауза')).toBe(2)
    await api.patch(`${path}/${made.id}`, { name: 'Перерыв', descriptions: [{ level: 'newbie' }] })
    expect((await api.get(`${path}/${made.id}?with=descriptions`)).body).toMatchObject({
      name: 'Перерыв',
      descriptions: [],
    })
    expect(complaintOf(await api.patch(`${path}/${made.id}`, { color: 'red' }))).toBe(
      'NotSupportedChoice color',
    )
  })

  it('leave their deals to the first stage when they are deleted', async () => {
    const [{ id, _embedded }] = await api.list('/leads/pipelines')
    const [, first, second] = _embedded.statuses
    const lead = await api.make('/leads', { pipeline_id: id, status_id: second.id })
    expect((await api.delete(`/leads/pipelines/${id}/statuses/${second.id}`)).status).toBe(204)
    expect((await api.get(`/leads/${lead}`)).body.status_id).toBe(first.id)
    expect((await api.delete(`/leads/pipelines/${id}/statuses/142`)).status).toBe(422)
  })
})

describe('custom fields', () => {
  it('of deals are more than a page of 50, counted', async () => {
    const { body } = await api.get('/leads/custom_fields?limit=250')
    expect(body).toMatchObject({ _total_items: 50, _page: 1, _page_count: 2 })
    expect(body._links.next.href).toContain('page=2')
    const rest = await api.get('/leads/custom_fields?page=2')
    expect(rest.body._links.next).toBeUndefined()
    expect((await api.get('/leads/custom_fields?page=3')).status).toBe(204)
    expect((await api.list('/contacts/custom_fields')).map(({ code }) => code)).toEqual(
      expect.arrayContaining(['POSITION', 'PHONE', 'EMAIL']),
    )
  })

  it('are made, changed and deleted, with their choices and values', async () => {
    const made = await api.post('/leads/custom_fields', [
      {
        name: 'Отделка',
        type: 'select',
        enums: [
          { value: 'Дуб', sort: 1 },
          { value: 'Сосна', sort: 2 },
        ],
      },
    ])
    expect(made.status).toBe(201)
    const [field] = made.body._embedded.custom_fields
    const [oak, pine] = field.enums
    const values = (enum_id: number) => ({
      custom_fields_values: [{ field_id: field.id, values: [{ enum_id }] }],
    })
    const lead = await api.make('/leads', values(oak.id))
    await api.patch('/leads/custom_fields', [
      { id: field.id, enums: [{ ...pine, value: 'Ель' }, { value: 'Клён' }] },
    ])
    const changed = (await api.get(`/leads/custom_fields/${field.id}`)).body
    expect(changed.enums.map(({ value }: { value: string }) => value).sort()).toEqual(['Ель', 'Клён'])
    expect(changed.enums.some(({ id }: { id: number }) => id === pine.id)).toBe(true)
    expect((await api.get(`/leads/${lead}`)).body.custom_fields_values).toBeNull()
    expect((await api.delete(`/leads/custom_fields/${field.id}`)).status).toBe(204)
    expect(complaintOf(await api.patch(`/leads/${lead}`, values(pine.id)))).toBe(
      'NotSupportedChoice custom_fields_values.0.field_id',
    )
  })

  it.each([
    ['no type', { name: 'x' }, 'FieldMissing type'],
    ['an unknown type', { name: 'x', type: 'magic' }, 'NotSupportedChoice type'],
    ['a select without choices', { name: 'x', type: 'select' }, 'FieldMissing enums'],
    ['a code that is taken', { name: 'x', type: 'text', code: 'UTM_SOURCE' }, 'NotSupportedChoice code'],
  ])('are refused with %s', async (_case, item, complaint) => {
    expect(complaintOf(await api.post('/leads/custom_fields', [item]))).toBe(complaint)
  })

  it('stand in groups, an unknown one of which is 404', async () => {
    const [field] = await api.list('/leads/custom_fields')
    const made = await api.post('/leads/custom_fields/groups', [{ name: 'Объект', sort: 4 }])
    expect(made.status).toBe(201)
    const [{ id }] = made.body._embedded.custom_field_groups
    expect(id).toMatch(/^leads_\d+$/)
    const changed = await api.patch(`/leads/custom_fields/groups/${id}`, { fields: [field.id] })
    expect(changed.body.fields).toEqual([field.id])
    expect((await api.get(`/leads/custom_fields/${field.id}`)).body.group_id).toBe(id)
    expect((await api.delete(`/leads/custom_fields/groups/${id}`)).status).toBe(204)
    expect((await api.get(`/leads/custom_fields/groups/${id}`)).status).toBe(404)
    expect((await api.get(`/leads/custom_fields/${field.id}`)).body.group_id).toBeNull()
    expect((await api.list('/leads/custom_fields/groups')).map((group) => group.id)).toEqual([
      'default',
      'statistic',
    ])
  })
})

describe('loss reasons', () => {
  it('are made, changed and deleted', async () => {
    const { body } = await api.post('/leads/loss_reasons', [{ name: 'Переехал' }])
    const [{ id }] = body._embedded.loss_reasons
    await api.patch(`/leads/loss_reasons/${id}`, { name: 'Переехали' })
    expect((await api.get(`/leads/loss_reasons/${id}`)).body).toMatchObject({ id, name: 'Переехали' })
    expect((await api.delete(`/leads/loss_reasons/${id}`)).status).toBe(204)
    expect((await api.get(`/leads/loss_reasons/${id}`)).status).toBe(204)
  })
})

describe('the account', () => {
  it('tells more only when asked', async () => {
    const plain = (await api.get('/account')).body
    expect(plain).toMatchObject({
      name: 'Окна и Двери',
      currency: 'RUB',
      currency_symbol: '₽',
      country: 'RU',
    })
    expect(plain._embedded).toBeUndefined()
    const parts =
      'amojo_id,amojo_rights,users_groups,task_types,version,entity_names,datetime_settings,drive_url,uuid'
    const { body } = await api.get(`/account?with=${parts},is_api_filter_enabled,invoices_settings`)
    expect(body).toMatchObject({
      version: 16,
      amojo_id: expect.any(String),
      uuid: expect.any(String),
      is_api_filter_enabled: false,
    })
    expect(body._embedded.datetime_settings.timezone).toBe('Europe/Moscow')
    expect(body._embedded.users_groups[0]).toEqual({ id: 0, name: 'Отдел продаж', uuid: null })
    expect(body._embedded.task_types[0]).toMatchObject({ id: 1, code: 'FOLLOW_UP' })
  })
})
