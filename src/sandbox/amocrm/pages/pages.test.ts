import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AmocrmSandbox, startAmocrmSandbox } from '../server.ts'
import { callerOf } from '../testing.ts'

let sandbox: AmocrmSandbox
let api: ReturnType<typeof callerOf>

beforeAll(async () => {
  sandbox = await startAmocrmSandbox({ requestsPerSecond: 1000 })
  api = callerOf(sandbox, fetch)
})
afterAll(() => sandbox.close())

/** A page as a browser without a token gets it. */
async function open(path: string, method = 'GET') {
  const response = await fetch(sandbox.baseUrl + path, { method })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

it('shows a deal with its budget, stage, people, tasks and notes', async () => {
  const [deal] = await api.list(`/leads?query=${encodeURIComponent('Остекление веранды')}`)
  const { status, headers, text } = await open(`/leads/detail/${deal.id}`)
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  for (const part of [
    'Сделка: Остекление веранды',
    '184\u00a0000 ₽',
    'КП отправлено (Воронка продаж)',
    'Алексей Морозов',
    'Иван Петров</a>',
    'ООО «Светлый дом»</a>',
  ]) {
    expect(text).toContain(part)
  }
})

it('leads from card to card by addresses that open', async () => {
  const [contact] = await api.list(`/contacts?query=${encodeURIComponent('Иван Петров')}`)
  const { text } = await open(`/contacts/detail/${contact.id}`)
  expect(text).toContain('+7')
  const paths = [...text.matchAll(/href="([^"]+)"/g)].map(([, path]) => path ?? '')
  expect(paths.some((path) => path.startsWith('/leads/'))).toBe(true)
  expect(paths.some((path) => path.startsWith('/companies/'))).toBe(true)
  for (const path of paths) expect((await open(path)).status).toBe(200)
})

it('lists the open tasks', async () => {
  await api.make('/tasks', { text: 'Закупить бумагу', complete_till: 1_600_000_000 })
  const { status, text } = await open('/todo/list/')
  expect(status).toBe(200)
  expect(text).toContain('Закупить бумагу')
})

it('runs nothing and loads nothing, whatever people wrote', async () => {
  const attack = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`
  const id = await api.make('/leads', { name: attack, tags_to_add: [{ name: attack }] })
  await api.make(`/leads/${id}/notes`, { note_type: 'common', params: { text: attack } })
  await api.make('/tasks', {
    text: attack,
    complete_till: 1_600_000_000,
    entity_id: id,
    entity_type: 'leads',
  })
  for (const path of [`/leads/detail/${id}`, '/todo/list/']) {
    const { text, headers } = await open(path)
    expect(text).toContain('&#60;script&#62;')
    expect(text).not.toMatch(/<script|<img/)
    const policy = headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}='; /)
    expect(policy).not.toContain('unsafe')
  }
})

it('shows a date beyond the calendar as the number that it is', async () => {
  const fields = await api.list('/leads/custom_fields')
  const { id: field_id } = fields.find(({ type }) => type === 'date_time')
  const custom_fields_values = [{ field_id, values: [{ value: 9e14 }] }]
  const id = await api.make('/leads', { name: 'Далеко', custom_fields_values })
  expect((await open(`/leads/detail/${id}`)).text).toContain('900000000000000')
})

it.each(['/leads/detail/1', '/contacts/detail/abc', '/companies/detail/999999999999999999'])(
  'has a page for %s, which is not there',
  async (path) => {
    const { status, text } = await open(path)
    expect(status).toBe(404)
    expect(text).toContain('Такой карточки нет')
  },
)

it('is only for reading', async () => {
  const [deal] = await api.list('/leads?limit=1')
  expect((await open(`/leads/detail/${deal.id}`, 'HEAD')).text).toBe('')
  expect((await open(`/leads/detail/${deal.id}`, 'POST')).status).toBe(404)
})
