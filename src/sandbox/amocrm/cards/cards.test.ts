import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AmocrmSandbox, startAmocrmSandbox } from '../server.ts'
import { callerOf, complaintOf } from '../testing.ts'

let sandbox: AmocrmSandbox
let api: ReturnType<typeof callerOf>

beforeAll(async () => {
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 1000 })
  api = callerOf(sandbox, fetch)
})
afterAll(() => sandbox.close())

const found = async (path: string, query: string) => api.list(`${path}?query=${encodeURIComponent(query)}`)

describe('lists of cards', () => {
  it('come 50 a page, 250 at most, with a next link even on the last page and 204 after it', async () => {
    expect(await api.list('/leads')).toHaveLength(50)
    expect(await api.list('/leads?limit=500')).toHaveLength(250)
    const { body } = await api.get('/leads?limit=250&page=2')
    expect(body._page).toBe(2)
    expect(body._total_items).toBeUndefined()
    expect(body._embedded.leads.length).toBeLessThan(250)
    expect(Object.keys(body._links)).toEqual(['self', 'next', 'first', 'prev'])
    const next = await fetch(body._links.next.href, {
      headers: { Authorization: `Bearer ${sandbox.accessToken}` },
    })
    expect(next.status).toBe(204)
    expect(await next.text()).toBe('')
  })

  it('keep the rest of the query in their links', async () => {
    const { body } = await api.get(
      '/leads?filter[pipeline_id][]=1&filter[pipeline_id][]=7214502&limit=2&with=contacts',
    )
    const next = new URL(body._links.next.href)
    expect(next.searchParams.getAll('filter[pipeline_id][]')).toEqual(['1', '7214502'])
    expect(next.searchParams.get('page')).toBe('2')
    expect(next.searchParams.get('with')).toBe('contacts')
  })

  it.each(['leads', 'contacts', 'companies', 'tasks', 'leads/notes'])(
    'answer 204 for an unknown id of %s',
    async (path) => {
      expect(await api.get(`/${path}/1`)).toMatchObject({ status: 204, text: '' })
    },
  )

  it('are ordered as asked, both ways', async () => {
    const times = async (order: string) =>
      (await api.list(`/leads?limit=250&order[${order}`)).map((lead) => lead.updated_at)
    const up = await times('updated_at]=asc')
    expect(up).toEqual(up.toSorted((a, b) => a - b))
    const down = await times('updated_at]=desc')
    expect(down).toEqual(down.toSorted((a, b) => b - a))
    const ids = (await api.list('/contacts?order[created_at]=desc')).map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
  })

  it('show the bin alone with only_deleted, and no more than a few keys of what lies there', async () => {
    const bin = await api.list('/leads?with=only_deleted')
    expect(bin.length).toBeGreaterThan(0)
    expect(Object.keys(bin[0]).sort()).toEqual(['_links', 'id', 'is_deleted', 'updated_at', 'updated_by'])
    expect((await api.get(`/leads/${bin[0].id}`)).status).toBe(204)
  })

  it('embed only what with asks for', async () => {
    const [plain] = await api.list('/leads?limit=1')
    expect(Object.keys(plain._embedded)).toEqual(['tags', 'companies'])
    const [wide] = await api.list('/leads?limit=1&with=contacts,loss_reason,catalog_elements')
    expect(Object.keys(wide._embedded).sort()).toEqual([
      'catalog_elements',
      'companies',
      'contacts',
      'loss_reason',
      'tags',
    ])
    expect(wide._embedded.contacts[0]).toMatchObject({ id: expect.any(Number), is_main: true })
  })
})

describe('query', () => {
  it('finds by part of a name or of any filled field, whatever the case', async () => {
    expect((await found('/contacts', 'иВАН пЕТРОВ')).map(({ name }) => name)).toEqual(['Иван Петров'])
    expect((await found('/contacts', 'IVAN.petrov@example')).map(({ name }) => name)).toEqual(['Иван Петров'])
    expect((await found('/leads', 'лесная')).length).toBeGreaterThan(0)
    expect((await found('/companies', 'светлый ДОМ')).length).toBe(1)
  })

  it('compares phones letter for letter: +7 and 8 are different strings', async () => {
    expect(await found('/contacts', '+74950001234')).toHaveLength(1)
    expect(await found('/contacts', '4950001234')).toHaveLength(1)
    expect(await found('/contacts', '84950001234')).toEqual([])
    expect(await found('/contacts', '+7 495 000-12-34')).toEqual([])
  })
})

describe('filters of cards', () => {
  const pipelines = async () => api.list('/leads/pipelines')
  const source = async () => {
    const [field] = (await api.list('/leads/custom_fields')).filter(({ name }) => name === 'Источник')
    return { field: field.id, site: field.enums[0].id }
  }

  it('work for built-in fields by default, alone and together', async () => {
    const [{ id: pipeline, _embedded }] = await pipelines()
    const stage = _embedded.statuses[2].id
    const rows = await api.list(
      `/leads?limit=250&filter[statuses][0][pipeline_id]=${pipeline}&filter[statuses][0][status_id]=${stage}&filter[price][from]=1`,
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toMatchObject({ pipeline_id: pipeline, status_id: stage })
    const [lead] = rows
    expect(await api.list(`/leads?filter[id][]=${lead.id}&filter[id][]=1`)).toHaveLength(1)
    expect(await api.list(`/leads?filter[id]=${lead.id},1`)).toHaveLength(1)
    const since = await api.list(
      `/leads?limit=250&filter[created_at][from]=${lead.created_at}&filter[created_at][to]=${lead.created_at}`,
    )
    expect(since.map(({ id }) => id)).toContain(lead.id)
    expect((await api.get('/leads?filter[responsible_user_id]=1')).status).toBe(204)
    expect((await api.get('/leads?filter[statuses][0][status_id]=142')).status).toBe(204)
  })

  it('by custom fields are silently ignored by default and the account says so', async () => {
    const { field, site } = await source()
    const all = await api.list('/leads?limit=250')
    const rows = await api.list(`/leads?limit=250&filter[custom_fields_values][${field}][]=${site}`)
    expect(rows).toHaveLength(all.length)
    expect((await api.get('/account?with=is_api_filter_enabled')).body.is_api_filter_enabled).toBe(false)
  })

  it('by custom fields work in the full mode', async () => {
    await api.control({ filterMode: 'full' })
    const { field, site } = await source()
    const rows = await api.list(`/leads?limit=250&filter[custom_fields_values][${field}][]=${site}`)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      const value = row.custom_fields_values.find(({ field_id }: { field_id: number }) => field_id === field)
      expect(value.values[0].enum_id).toBe(site)
    }
    expect((await api.get('/account?with=is_api_filter_enabled')).body.is_api_filter_enabled).toBe(true)
    await api.control({ filterMode: 'basic' })
  })

  it('are ignored altogether in the mode none, but those of tasks, notes, tags and events are not', async () => {
    await api.control({ filterMode: 'none' })
    expect(await api.list('/leads?limit=250&filter[id][]=1')).toHaveLength(250)
    expect(await api.list('/contacts?filter[responsible_user_id]=1')).toHaveLength(50)
    for (const path of [
      '/tasks?filter[id]=1',
      '/leads/notes?filter[id]=1',
      '/leads/tags?filter[id]=1',
      '/events?filter[id]=1',
    ]) {
      expect((await api.get(path)).status).toBe(204)
    }
    await api.control({ filterMode: 'basic' })
  })
})

describe('contacts', () => {
  it('join first and last name, and let a bare name stand alone', async () => {
    const id = await api.make('/contacts', { first_name: 'Пётр', last_name: 'Ильин' })
    expect((await api.get(`/contacts/${id}`)).body).toMatchObject({
      name: 'Пётр Ильин',
      first_name: 'Пётр',
      last_name: 'Ильин',
    })
    const reply = await api.patch(`/contacts/${id}`, { last_name: 'Белов' })
    expect(reply.body).toEqual({
      id,
      name: 'Пётр Белов',
      updated_at: expect.any(Number),
      _links: expect.any(Object),
    })
    await api.patch(`/contacts/${id}`, { name: 'Пётр' })
    expect((await api.get(`/contacts/${id}`)).body).toMatchObject({
      name: 'Пётр',
      first_name: '',
      last_name: '',
    })
  })

  it('replace all phones with those that are written, WORK unless said otherwise', async () => {
    const phones = (...values: object[]) => ({ custom_fields_values: [{ field_code: 'PHONE', values }] })
    const id = await api.make('/contacts', {
      name: 'А',
      ...phones({ value: '+74950009001' }, { value: '+74950009002', enum_code: 'MOB' }),
    })
    const read = async () => (await api.get(`/contacts/${id}`)).body.custom_fields_values
    const [phone] = await read()
    expect(phone).toMatchObject({ field_name: 'Телефон', field_code: 'PHONE', field_type: 'multitext' })
    expect(phone.values).toEqual([
      { value: '+74950009001', enum_id: expect.any(Number), enum_code: 'WORK' },
      { value: '+74950009002', enum_id: expect.any(Number), enum_code: 'MOB' },
    ])
    await api.patch(`/contacts/${id}`, phones({ value: '+74950009003' }))
    expect((await read())[0].values).toHaveLength(1)
    await api.patch(`/contacts/${id}`, { custom_fields_values: [{ field_code: 'PHONE', values: null }] })
    expect(await read()).toBeNull()
  })

  it('refuse a kind of phone that there is not, and a field of another entity', async () => {
    const values = [{ value: '+74950009001', enum_code: 'SPACE' }]
    const bad = await api.post('/contacts', [
      { name: 'А', custom_fields_values: [{ field_code: 'PHONE', values }] },
    ])
    expect(complaintOf(bad)).toBe('NotSupportedChoice custom_fields_values.0.values.0.enum_code')
    const [leadField] = await api.list('/leads/custom_fields')
    const foreign = { custom_fields_values: [{ field_id: leadField.id, values: [{ value: 'x' }] }] }
    expect(complaintOf(await api.post('/contacts', [foreign]))).toBe(
      'NotSupportedChoice custom_fields_values.0.field_id',
    )
  })
})

describe('a name', () => {
  it.each([
    ['/leads', { name: 'я'.repeat(256) }, 'TooLong name'],
    ['/companies', { name: 'я'.repeat(5000) }, 'TooLong name'],
    ['/contacts', { first_name: 'я'.repeat(256) }, 'TooLong first_name'],
  ])('of more than 255 characters is refused by %s', async (path, item, complaint) => {
    expect(complaintOf(await api.post(path, [item]))).toBe(complaint)
  })

  it('of 255 characters is kept whole', async () => {
    const name = '🔥'.repeat(255)
    const id = await api.make('/companies', { name })
    expect((await api.get(`/companies/${id}`)).body.name).toBe(name)
  })
})
