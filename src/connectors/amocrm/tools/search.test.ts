import { afterAll, expect, it } from 'vitest'
import { openStand, person } from '../testing/stand.ts'
import search from './search.ts'

const stand = await openStand()
afterAll(stand.close)

const titles = async (query: string) =>
  (await stand.call(search, { query })).results.map(({ title }) => title)

it('takes exactly a query and gives exactly id, title and url', async () => {
  expect(Object.keys(search.input.shape)).toEqual(['query'])
  const answer = await stand.call(search, { query: 'Иван Петров' })
  expect(Object.keys(answer)).toEqual(['results'])
  const [first] = answer.results
  expect(first).toEqual({
    id: expect.stringMatching(/^contact:\d+$/),
    title: 'Контакт: Иван Петров',
    url: `${stand.baseUrl}/contacts/detail/${first?.id.split(':')[1]}`,
  })
})

it.each(['+7 495 000-12-34', '8(495)0001234', 'ivan.petrov@example.ru', 'кто это: +74950001234'])(
  'finds the person and the deal by %s',
  async (query) => {
    const [first, second] = await titles(query)
    expect(first).toBe('Контакт: Иван Петров')
    expect(second).toBe('Сделка: Остекление веранды, 184 000 ₽, КП отправлено')
  },
)

it.each(['Светлый дом', 'компания светлый дом', 'светлого дома'])(
  'finds the company by «%s»',
  async (query) => {
    const [first] = await titles(query)
    expect(first).toBe('Компания: ООО «Светлый дом»')
  },
)

it.each(['остекление веранды', 'веранда', 'сделка про остекление веранды', 'остекление Петров'])(
  'finds the deal by «%s»',
  async (query) => {
    expect((await titles(query))[0]).toMatch(/^Сделка: Остекление веранды/)
  },
)

it('finds a phone on a company', async () => {
  const id = await stand.make('/companies', person('ООО «С телефоном»', { phone: '8 (812) 000-33-01' }))
  const { results } = await stand.call(search, { query: '+78120003301' })
  expect(results.map((hit) => hit.id)).toEqual([`company:${id}`])
})

it('finds a card by a word in a custom field', async () => {
  const fields = await stand.list('/leads/custom_fields?limit=50', 'custom_fields')
  const field_id = fields.find(({ name }) => name === 'Номер договора')?.id
  const custom_fields_values = [{ field_id, values: [{ value: 'ЖД-2026/778' }] }]
  const id = await stand.make('/leads', { name: 'Договорная', custom_fields_values })
  const { results } = await stand.call(search, { query: 'ЖД-2026/778' })
  expect(results[0]?.id).toBe(`lead:${id}`)
})

it('opens a ref as its own hit', async () => {
  const id = await stand.make('/leads', { name: 'По ссылке', price: 10 })
  expect(await titles(`lead:${id}`)).toEqual(['Сделка: По ссылке, 10 ₽, Новая заявка'])
})

it.each(['', '   ', '...', 'абракадабра', '+7 495 000-99-99'])('gives nothing for %j', async (query) => {
  expect(await titles(query)).toEqual([])
})

it('gives twenty hits at most', async () => {
  const found = await titles('окна')
  expect(found).toHaveLength(20)
})

it('answers the same when the account ignores filters', async () => {
  const before = await titles('+74950001234')
  await stand.control({ filterMode: 'none' })
  expect(await titles('+74950001234')).toEqual(before)
})

it('takes a bare number for a deal when it is no phone', async () => {
  const id = await stand.make('/leads', { name: 'По номеру' })
  expect((await titles(String(id)))[0]).toMatch(/^Сделка: По номеру/)
})

it('does not take a date for a phone', async () => {
  await stand.make('/leads', { name: 'Замер 12.05.2026 14:00' })
  expect((await titles('замер 12.05.2026 14:00'))[0]).toMatch(/^Сделка: Замер 12\.05\.2026/)
})

it.each(['7701234567', 'договор 7701234567', 'номер договора 7701234567', 'ИНН 770-123-45-67'])(
  'finds a deal by a number of ten digits that is nobody’s phone: %s',
  async (query) => {
    const fields = await stand.list('/leads/custom_fields?limit=50', 'custom_fields')
    const field_id = fields.find(({ name }) => name === 'Номер договора')?.id
    const custom_fields_values = [{ field_id, values: [{ value: '7701234567' }] }]
    const id = await stand.make('/leads', { name: 'По договору', custom_fields_values })
    const { results } = await stand.call(search, { query })
    expect(results.map((row) => row.id)).toContain(`lead:${id}`)
  },
)

it('puts the deal of exactly the asked name first', async () => {
  const contact = await stand.make('/contacts', person('Мария Тестова'))
  const id = await stand.make('/leads', {
    name: 'Тестовая сделка',
    _embedded: { contacts: [{ id: contact }] },
  })
  await stand.change(`/contacts/${contact}`, { updated_at: Math.floor(Date.now() / 1000) + 60 })
  expect((await stand.call(search, { query: 'Тестовая сделка' })).results[0]?.id).toBe(`lead:${id}`)
})

it.each([
  ['сделка Кружевной', 'Сделка: Шторы'],
  ['контакт Кружевной', 'Контакт: Пётр Кружевной'],
])('puts the kind of card first that «%s» names', async (query, title) => {
  const contact = await stand.make('/contacts', person('Пётр Кружевной'))
  await stand.make('/leads', { name: 'Шторы', _embedded: { contacts: [{ id: contact }] } })
  expect((await titles(query))[0]).toContain(title)
})
