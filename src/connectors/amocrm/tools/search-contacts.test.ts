import { afterAll, expect, it } from 'vitest'
import { openStand, person } from '../testing/stand.ts'
import searchContacts from './search-contacts.ts'

const stand = await openStand()
afterAll(stand.close)

const find = (query: string, rest: object = {}) => stand.call(searchContacts, { query, ...rest })

const make = (name: string, phone?: string) =>
  stand.make('/contacts', person(name, phone === undefined ? {} : { phone }))

it.each([
  '+7 495 000-12-34',
  '8(495)0001234',
  '4950001234',
  '74950001234',
  '000-12-34',
  'тел. 8-495-000-12-34',
])('finds the person by the phone written as %s', async (query) => {
  const answer = await find(query)
  expect(answer).toMatchObject({ found: 1, matched_on: 'phone', partial: false })
  expect(answer.contacts[0]).toMatchObject({
    name: 'Иван Петров',
    phones: ['+74950001234'],
    emails: ['ivan.petrov@example.ru'],
    company: 'ООО «Светлый дом»',
  })
})

it.each(['+7 812 000-77-01', '8 (812) 000 77 01', '8(812)000-77-01', '812-0007701', '78120007701'])(
  'finds a phone that is stored as %s',
  async (stored) => {
    const id = await make(`Хранит ${stored}`, stored)
    const { contacts } = await find('+78120007701')
    expect(contacts.map(({ ref }) => ref)).toContain(`contact:${id}`)
  },
)

it('gives an empty list with a note for a phone that nobody has', async () => {
  const answer = await find('+7 495 000-99-99')
  expect(answer).toMatchObject({ found: 0, contacts: [], matched_on: 'phone' })
  expect(answer.note).toMatch(/No contact has this phone/)
})

it('does not take digits in another field for a phone', async () => {
  await make('Договор 8120007799')
  const { found } = await find('8120007799')
  expect(found).toBe(0)
})

it('shows every card of one phone, so that duplicates are seen', async () => {
  await make('Первый Двойник', '+7 812 000-77-05')
  await make('Второй Двойник', '8(812)000-77-05')
  const { contacts } = await find('812 000 77 05')
  expect(contacts.map(({ name }) => name).sort()).toEqual(['Второй Двойник', 'Первый Двойник'])
})

it('finds by e-mail whatever the case', async () => {
  const answer = await find('Ivan.Petrov@EXAMPLE.ru')
  expect(answer).toMatchObject({ found: 1, matched_on: 'email' })
})

it.each(['Иван Петров', 'петров иван', 'Ивана Петрова', 'Ивану Петрову'])(
  'finds by the name %s',
  async (query) => {
    const { matched_on, contacts } = await find(query)
    expect(matched_on).toBe('name')
    expect(contacts[0]?.name).toBe('Иван Петров')
  },
)

it('reads ё and е as one letter', async () => {
  await make('Семён Берёзкин')
  const { contacts } = await find('Семен Березкин')
  expect(contacts.map(({ name }) => name)).toEqual(['Семён Берёзкин'])
})

it('drops hits whose name does not hold the words', async () => {
  const { contacts } = await find('Иван Неизвестный')
  expect(contacts).toEqual([])
})

it('shows the open deals with stage, pipeline and price', async () => {
  const { contacts } = await find('+74950001234')
  expect(contacts[0]?.open_deals[0]).toMatchObject({
    name: 'Остекление веранды',
    price: 184_000,
    stage: 'КП отправлено',
    pipeline: 'Воронка продаж',
  })
  expect(contacts[0]?.last_activity).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+03:00$/)
  expect(contacts[0]?.url).toMatch(/\/contacts\/detail\/\d+$/)
})

it('gives the rest by cursor, nobody twice', async () => {
  const first = await find('Ковалев', { limit: 2 })
  const second = await find('Ковалев', { limit: 50, cursor: first.next_cursor })
  const refs = [...first.contacts, ...second.contacts].map(({ ref }) => ref)
  expect(refs.length).toBe(first.found)
  expect(new Set(refs).size).toBe(refs.length)
  expect(second.next_cursor).toBeUndefined()
})

it('refuses a cursor of its own making', async () => {
  const error = await stand.failure(searchContacts, { query: 'Иван', cursor: 'abc' })
  expect(error.kind).toBe('invalid_input')
})

it('answers the same when the account ignores filters', async () => {
  const before = await find('+74950001234')
  await stand.control({ filterMode: 'none' })
  expect(await find('+74950001234')).toEqual(before)
  await stand.control({ filterMode: 'basic' })
})

it('shows the manager by id when amoCRM does not list users', async () => {
  await stand.control({ usersForbidden: true })
  const { contacts } = await find('+74950001234')
  expect(contacts[0]?.responsible).toMatch(/^#\d+$/)
  await stand.control({ usersForbidden: false })
})

it('takes a contact without a name, phone or deal for a normal one', async () => {
  const id = await stand.make('/contacts', person('', { email: 'nameless@example.com' }))
  const { contacts } = await find('nameless@example.com')
  expect(contacts[0]).toMatchObject({
    ref: `contact:${id}`,
    name: '',
    phones: [],
    open_deals: [],
  })
})

it('takes a few digits that no phone ends with for a part of the name', async () => {
  await make('Квартира 120477')
  const { matched_on, contacts } = await find('120477')
  expect([matched_on, contacts[0]?.name]).toEqual(['name', 'Квартира 120477'])
})

it('finds a contact by the first of two phones in one value', async () => {
  await stand.make('/contacts', person('Два Телефона', { phone: '8 495 000-21-21, 8 495 000-22-22' }))
  expect((await find('+7 495 000-21-21')).found).toBe(1)
  expect((await find('+7 495 000-22-22')).contacts[0]?.phones).toEqual(['+74950002121', '+74950002222'])
})

it('finds a name without letters as it is written', async () => {
  await make('★★★')
  expect((await find('★★★')).contacts.map(({ name }) => name)).toEqual(['★★★'])
  expect((await find('★★')).found).toBe(0)
})
