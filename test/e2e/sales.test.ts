import { afterAll, expect, it } from 'vitest'
import { openStand, person } from '../../src/connectors/amocrm/testing/stand.ts'
import createLead from '../../src/connectors/amocrm/tools/create-lead.ts'
import createTask from '../../src/connectors/amocrm/tools/create-task.ts'
import fetchCard from '../../src/connectors/amocrm/tools/fetch.ts'
import search from '../../src/connectors/amocrm/tools/search.ts'

const stand = await openStand()
afterAll(stand.close)

const fieldId = async (entity: string, name: string) =>
  (await stand.list(`/${entity}/custom_fields`, 'custom_fields')).find((field) => field.name === name)?.id

const contactsWith = (text: string) =>
  stand.list(`/contacts?limit=250&query=${encodeURIComponent(text)}`, 'contacts')

it('reads a card with a hundred thousand blanks in a note without stopping the server', {
  timeout: 5_000,
}, async () => {
  const id = await stand.make('/leads', { name: 'Заявка с сайта' })
  await stand.make(`/leads/${id}/notes`, {
    note_type: 'common',
    params: { text: `а${' '.repeat(100_000)}б` },
  })
  expect((await stand.call(fetchCard, { id: `lead:${id}` })).text).toContain('а б')
})

it('reads a card whose date is beyond the calendar', async () => {
  const field_id = await fieldId('leads', 'Дата монтажа')
  const id = await stand.make('/leads', {
    name: 'Далёкое будущее',
    custom_fields_values: [{ field_id, values: [{ value: 9e14 }] }],
  })
  expect((await stand.call(fetchCard, { id: `lead:${id}` })).text).toContain('Далёкое будущее')
  const { results } = await stand.call(search, { query: 'Далёкое будущее' })
  expect(results.map((row) => row.id)).toContain(`lead:${id}`)
})

it('reports an old open deal behind thirty newer closed ones where the account ignores filters', async () => {
  const contact = await stand.make('/contacts', person('Много Сделок', { phone: '+74950004401' }))
  const _embedded = { contacts: [{ id: contact }] }
  const open = await stand.make('/leads', { name: 'Старая открытая', _embedded })
  for (let index = 0; index < 30; index++) {
    await stand.make('/leads', { name: `Закрытая ${index}`, status_id: 143, _embedded })
  }
  await stand.control({ filterMode: 'none' })
  const { created, lead } = await stand.call(createLead, {
    name: 'Новая',
    contact: { phone: '8 495 000-44-01' },
  })
  await stand.control({ filterMode: 'basic' })
  expect({ created, id: lead.id }).toEqual({ created: false, id: open })
})

it('prefers the stage of exactly this name to one that merely contains it', async () => {
  await stand.make('/leads/pipelines', {
    name: 'Опт',
    is_main: false,
    is_unsorted_on: false,
    sort: 30,
    _embedded: { statuses: [{ name: 'Договор', sort: 10, color: '#fffeb2' }] },
  })
  await stand.control({})
  const placed = await stand.call(createLead, { name: 'Куда', stage: 'Договор' }).then(
    ({ lead }) => `${lead.stage} / ${lead.pipeline}`,
    () => 'asked',
  )
  expect(['Договор / Опт', 'asked']).toContain(placed)
})

it('does not drop an argument that it does not know', () => {
  const input = { name: 'Сделка', price: 1, phone: '+7 495 000-31-31' }
  expect(createLead.input.safeParse(input).success).toBe(false)
})

it('says that the e-mail given with a known phone was not written', async () => {
  await stand.make('/contacts', person('Пётр Известный', { phone: '+74950005501' }))
  const answer = await stand.call(createLead, {
    name: 'С новой почтой',
    contact: { phone: '+7 495 000-55-01', email: 'new@example.com' },
  })
  const [contact] = await contactsWith('Пётр Известный')
  const isWritten = JSON.stringify(contact?.custom_fields_values).includes('new@example.com')
  expect(isWritten || answer.hint !== undefined).toBe(true)
})

it('makes one contact of a name without letters, asked for twice', async () => {
  const contact = { name: '🔥🔥🔥' }
  await stand.call(createLead, { name: 'Первая', contact })
  await stand.call(createLead, { name: 'Вторая', contact }).catch(() => undefined)
  expect(await contactsWith('🔥🔥🔥')).toHaveLength(1)
})

it('does not double a task that stands on no card', async () => {
  const task = { text: 'Закупить бумагу', due: '2030-01-15T10:00' }
  await stand.call(createTask, task)
  expect((await stand.call(createTask, task)).created).toBe(false)
})

it('refuses the address of a card of another account', async () => {
  const id = await stand.make('/leads', { name: 'Своя' })
  const on = `https://another-firm.amocrm.ru/leads/detail/${id}`
  const outcome = await stand.call(createTask, { text: 'Чужая', due: 'завтра', on }).then(
    () => 'written',
    () => 'refused',
  )
  expect(outcome).toBe('refused')
})

it('gives the task to somebody active where users are hidden and the manager of the card has left', async () => {
  const users = await stand.list('/users', 'users')
  const gone = users.find((user) => user.name === 'Павел Зайцев')?.id
  const card = (await stand.list('/leads?limit=250', 'leads')).find(
    ({ responsible_user_id }) => responsible_user_id === gone,
  )
  expect(card).toBeDefined()
  await stand.control({ usersForbidden: true })
  const outcome = await stand
    .call(createTask, { text: 'Перезвонить', due: 'завтра', on: `lead:${card?.id}` })
    .then(
      ({ created }) => created,
      (error: Error) => error.message,
    )
  await stand.control({ usersForbidden: false })
  expect(outcome).toBe(true)
})

it('says that a company has more people than it names', async () => {
  const company = await stand.make('/companies', { name: 'ООО Людное' })
  for (let index = 0; index < 20; index++) {
    await stand.make('/contacts', {
      name: `Сотрудник ${index}`,
      _embedded: { companies: [{ id: company }] },
    })
  }
  expect((await stand.call(fetchCard, { id: `company:${company}` })).text).toMatch(/ещё 5/)
})
