import { afterAll, expect, it } from 'vitest'
import { openStand, person } from '../testing/stand.ts'
import createTask from './create-task.ts'

const stand = await openStand()
afterAll(stand.close)

const [someLead] = await stand.list('/leads?query=Остекление+веранды', 'leads')
const lead = `lead:${someLead?.id}`

it('puts a task on a deal for its manager, at the time of the account zone', async () => {
  const answer = await stand.call(createTask, {
    text: 'Отправить договор',
    due: '2030-03-05T15:00',
    on: lead,
  })
  expect(answer).toMatchObject({
    created: true,
    due: '2030-03-05T15:00:00+03:00',
    type: 'Связаться',
    responsible: 'Алексей Морозов',
    on: lead,
    on_name: 'Остекление веранды',
  })
  expect(await stand.read(`/tasks/${answer.id}`)).toMatchObject({
    text: 'Отправить договор',
    complete_till: Date.parse('2030-03-05T12:00:00Z') / 1000,
    entity_id: someLead?.id,
    entity_type: 'leads',
    responsible_user_id: someLead?.responsible_user_id,
  })
})

it('takes a date for the end of that day', async () => {
  const { due } = await stand.call(createTask, { text: 'К концу дня', due: '2030-03-06', on: lead })
  expect(due).toBe('2030-03-06T23:59:00+03:00')
})

it('finds the contact by the phone in any form', async () => {
  const { on, on_name } = await stand.call(createTask, {
    text: 'Перезвонить',
    due: 'завтра 15:00',
    on: '8 (495) 000-12-34',
  })
  expect([on?.split(':')[0], on_name]).toEqual(['contact', 'Иван Петров'])
})

it('puts a task on a company by the address of its card', async () => {
  const [company] = await stand.list('/companies?limit=1', 'companies')
  const { on } = await stand.call(createTask, {
    text: 'Сверка',
    due: 'завтра',
    on: `${stand.baseUrl}/companies/detail/${company?.id}`,
  })
  expect(on).toBe(`company:${company?.id}`)
})

it('makes a task without a card for the user behind the connection', async () => {
  const { responsible, on, url } = await stand.call(createTask, { text: 'Отчёт', due: 'завтра 10:00' })
  expect([responsible, on]).toEqual(['Ольга Соколова', undefined])
  expect(url).toBe(`${stand.baseUrl}/todo/list/`)
})

it.each([
  ['встреча', 'Встреча'],
  ['Meeting', 'Встреча'],
  ['звонок', 'Связаться'],
])('takes the type %s', async (type, expected) => {
  const answer = await stand.call(createTask, { text: `Тип ${type}`, due: 'завтра', on: lead, type })
  expect(answer.type).toBe(expected)
})

it('gives the task to whom it is told', async () => {
  const { responsible } = await stand.call(createTask, {
    text: 'Для Марии',
    due: 'завтра',
    on: lead,
    responsible: 'Мария',
  })
  expect(responsible).toBe('Мария Кузнецова')
})

it('gives the task of a manager who has left to the user behind the connection, and says so', async () => {
  const users = await stand.list('/users', 'users')
  const gone = users.find(({ name }) => name === 'Павел Зайцев')?.id
  const [his] = await stand.list(`/leads?filter[responsible_user_id][]=${gone}&limit=1`, 'leads')
  const answer = await stand.call(createTask, { text: 'Передать', due: 'завтра', on: `lead:${his?.id}` })
  expect(answer.responsible).toBe('Ольга Соколова')
  expect(answer.hint).toMatch(/deactivated/)
})

it('makes one task of a call that is repeated', async () => {
  const asked = { text: 'Один раз', due: '2030-03-07T10:00', on: lead }
  const first = await stand.call(createTask, asked)
  const second = await stand.call(createTask, asked)
  expect([first.created, second.created]).toEqual([true, false])
  expect(second.id).toBe(first.id)
  const other = await stand.call(createTask, { ...asked, due: '2030-03-07T11:00' })
  expect(other.created).toBe(true)
})

it('asks which contact is meant when two have the phone', async () => {
  await stand.make('/contacts', person('Раз', { phone: '+7 812 000-44-01' }))
  await stand.make('/contacts', person('Два', { phone: '8 812 000 44 01' }))
  const error = await stand.failure(createTask, { text: 'Кому', due: 'завтра', on: '8120004401' })
  expect(error.candidates).toHaveLength(2)
})

it.each([
  [{ due: 'вчера 10:00' }, 'invalid_input'],
  [{ due: '2020-01-01' }, 'invalid_input'],
  [{ on: 'lead:99999999' }, 'not_found'],
  [{ on: '12345' }, 'invalid_input'],
  [{ on: 'Иван Петров' }, 'invalid_input'],
  [{ type: 'Уборка' }, 'not_found'],
  [{ responsible: 'Павел Зайцев' }, 'not_found'],
])('refuses %j', async (wrong, kind) => {
  const error = await stand.failure(createTask, { text: 'Нет', due: 'завтра', on: lead, ...wrong })
  expect(error.kind).toBe(kind)
  expect(await stand.list('/tasks?limit=250&filter[is_completed]=0', 'tasks')).not.toContainEqual(
    expect.objectContaining({ text: 'Нет' }),
  )
})

it('takes a task that is due seconds earlier or later for the same one, and a minute for another', async () => {
  const task = { text: 'Секунды', entity_id: someLead?.id, entity_type: 'leads' }
  const id = await stand.make('/tasks', {
    ...task,
    complete_till: Date.parse('2030-03-08T10:00:20+03:00') / 1000,
    responsible_user_id: someLead?.responsible_user_id,
  })
  const same = await stand.call(createTask, { text: 'Секунды', due: '2030-03-08T10:00', on: lead })
  expect(same).toMatchObject({ created: false, id })
  const other = await stand.call(createTask, { text: 'Секунды', due: '2030-03-08T10:02', on: lead })
  expect(other.created).toBe(true)
})

it('does not take the task of another person for the same one where it is on no card', async () => {
  const asked = { text: 'Без карточки', due: '2030-03-09T10:00' }
  const mine = await stand.call(createTask, asked)
  const hers = await stand.call(createTask, { ...asked, responsible: 'Мария' })
  expect([hers.created, hers.id === mine.id]).toEqual([true, false])
})

it('does not take a task on a card for the same one on no card', async () => {
  const asked = { text: 'Где-то', due: '2030-03-10T10:00', responsible: 'Мария' }
  await stand.call(createTask, { ...asked, on: lead })
  expect((await stand.call(createTask, asked)).created).toBe(true)
})

it('makes one task of a repeated call where users are hidden and the manager has left', async () => {
  const gone = (await stand.list('/users', 'users')).find(({ name }) => name === 'Павел Зайцев')?.id
  const [his] = await stand.list(`/leads?filter[responsible_user_id][]=${gone}&limit=1`, 'leads')
  const asked = { text: 'Дважды', due: '2030-03-11T10:00', on: `lead:${his?.id}` }
  await stand.control({ usersForbidden: true })
  const [first, second] = [await stand.call(createTask, asked), await stand.call(createTask, asked)]
  await stand.control({ usersForbidden: false })
  expect([first.created, second.created]).toEqual([true, false])
  expect(first.hint).toMatch(/deactivated/)
})

it('answers for a task that was made although nothing can be read any more', async () => {
  stand.refuseReadsAfterChange()
  const { created } = await stand.call(createTask, { text: 'Вслепую', due: 'завтра', on: lead })
  stand.refuseReadsAfterChange(false)
  expect(created).toBe(true)
})

it.each([
  ['Иван Петров', /amocrm_search_contacts/],
  ['lead:99999999999999999999', /Give a ref/],
])('tells what to do with %s', async (on, hint) => {
  const error = await stand.failure(createTask, { text: 'Нет', due: 'завтра', on })
  expect(error.message).toMatch(/not a reference/)
  expect(error.hint).toMatch(hint)
})
