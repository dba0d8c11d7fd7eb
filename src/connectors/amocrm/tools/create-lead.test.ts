import { afterAll, expect, it } from 'vitest'
import { openStand, person } from '../testing/stand.ts'
import createLead from './create-lead.ts'
import fetchCard from './fetch.ts'
import search from './search.ts'
import searchContacts from './search-contacts.ts'

const stand = await openStand()
afterAll(stand.close)

const countOf = async (name: string) =>
  (await stand.list(`/leads?limit=250&query=${encodeURIComponent(name)}`, 'leads')).length

it('creates a deal of a name and a price in the first stage of the main pipeline', async () => {
  const { created, lead } = await stand.call(createLead, { name: 'Тестовая сделка', price: 50_000 })
  expect(created).toBe(true)
  expect(lead).toMatchObject({
    name: 'Тестовая сделка',
    price: 50_000,
    currency: 'RUB',
    pipeline: 'Воронка продаж',
    stage: 'Новая заявка',
    responsible: 'Ольга Соколова',
    url: `${stand.baseUrl}/leads/detail/${lead.id}`,
  })
  expect(await stand.read(`/leads/${lead.id}`)).toMatchObject({ name: 'Тестовая сделка', price: 50_000 })
})

it('creates a deal that search and fetch then find', async () => {
  const { lead } = await stand.call(createLead, { name: 'Сделка для поиска', price: 70_000 })
  const { results } = await stand.call(search, { query: 'сделка для поиска' })
  expect(results[0]?.id).toBe(lead.ref)
  const card = await stand.call(fetchCard, { id: lead.ref })
  expect(card.text).toContain('70 000 ₽')
})

it('creates the contact with the deal, findable by phone with the deal open', async () => {
  const { contact, lead } = await stand.call(createLead, {
    name: 'Новый клиент',
    price: 10_000,
    contact: { name: 'Пётр Новый', phone: '8 (812) 000-60-01', email: 'petr@example.com' },
  })
  expect(contact).toMatchObject({ name: 'Пётр Новый', status: 'created' })
  const { contacts } = await stand.call(searchContacts, { query: '812 000 60 01' })
  expect(contacts[0]).toMatchObject({
    ref: contact?.ref,
    phones: ['+78120006001'],
    emails: ['petr@example.com'],
  })
  expect(contacts[0]?.open_deals.map(({ ref }) => ref)).toEqual([lead.ref])
})

it('stores the phone in the international form', async () => {
  const { contact } = await stand.call(createLead, { name: 'E.164', contact: { phone: '8(812)000-60-02' } })
  const card = await stand.read(`/contacts/${contact?.ref.split(':')[1]}`)
  const phone = card.custom_fields_values?.find(({ field_code }) => field_code === 'PHONE')
  expect(phone?.values[0]?.value).toBe('+78120006002')
})

it('links a contact that is found by the phone in another form', async () => {
  const id = await stand.make('/contacts', person('Давний Клиент', { phone: '8 (812) 000-60-03' }))
  const { contact, lead } = await stand.call(createLead, {
    name: 'Для давнего',
    contact: { phone: '+78120006003', name: 'Другое Имя' },
  })
  expect(contact).toEqual({ ref: `contact:${id}`, name: 'Давний Клиент', status: 'found' })
  const linked = await stand.read(`/leads/${lead.id}?with=contacts`)
  expect(linked._embedded.contacts?.map((row) => row.id)).toEqual([id])
})

it('reports the open deal of the same contact instead of making another, until told', async () => {
  const asked = { name: 'Ещё окна', contact: { phone: '+7 495 000-12-34' } }
  const first = await stand.call(createLead, asked)
  expect(first).toMatchObject({ created: false, lead: { name: 'Остекление веранды', price: 184_000 } })
  expect(first.hint).toMatch(/allow_duplicate/)
  expect(await countOf('Ещё окна')).toBe(0)
  const second = await stand.call(createLead, { ...asked, allow_duplicate: true })
  expect(second).toMatchObject({ created: true, contact: { status: 'found' } })
  expect(await countOf('Ещё окна')).toBe(1)
})

it('does not take an open deal in another pipeline for a duplicate', async () => {
  const { created, lead } = await stand.call(createLead, {
    name: 'Повторный заказ',
    contact: { email: 'ivan.petrov@example.ru' },
    pipeline: 'повторные продажи',
  })
  expect(created).toBe(true)
  expect(lead).toMatchObject({ pipeline: 'Повторные продажи', stage: 'Пора напомнить' })
})

it.each(['none', 'basic', 'full'])('sees the duplicate with filters in mode %s', async (filterMode) => {
  await stand.control({ filterMode })
  const { created } = await stand.call(createLead, { name: 'Дубль', contact: { phone: '+74950001234' } })
  expect(created).toBe(false)
  await stand.control({ filterMode: 'basic' })
})

it('makes a deal without a contact as often as it is asked: nothing says that two of one name are one', async () => {
  const asked = { name: 'Без контакта', price: 12_345 }
  const [first, second] = [await stand.call(createLead, asked), await stand.call(createLead, asked)]
  expect([first.created, second.created]).toEqual([true, true])
  expect(second.lead.ref).not.toBe(first.lead.ref)
})

it('asks which contact is meant when two have the phone, and creates nothing', async () => {
  const ids = [
    await stand.make('/contacts', person('Анна Первая', { phone: '+7 812 000-60-10' })),
    await stand.make('/contacts', person('Анна Вторая', { phone: '8(812)000-60-10' })),
  ]
  const asked = { name: 'Чей телефон', contact: { phone: '812 000-60-10' } }
  const error = await stand.failure(createLead, asked)
  expect(error.kind).toBe('invalid_input')
  expect(error.candidates.join(' ')).toContain(`contact:${ids[0]}`)
  expect(error.candidates.join(' ')).toContain(`contact:${ids[1]}`)
  expect(await countOf('Чей телефон')).toBe(0)
  const chosen = await stand.call(createLead, { ...asked, contact: { ref: `contact:${ids[1]}` } })
  expect(chosen.contact).toMatchObject({ name: 'Анна Вторая', status: 'found' })
})

it('asks when the phone is of one contact and the e-mail of another', async () => {
  await stand.make('/contacts', person('С телефоном', { phone: '+78120006011' }))
  await stand.make('/contacts', person('С почтой', { email: 'other@example.com' }))
  const error = await stand.failure(createLead, {
    name: 'Двое',
    contact: { phone: '+78120006011', email: 'other@example.com' },
  })
  expect(error.candidates).toHaveLength(2)
})

it('does not take a namesake for the same person, nor for another one', async () => {
  const error = await stand.failure(createLead, { name: 'Тёзка', contact: { name: 'иван петров' } })
  expect(error.kind).toBe('invalid_input')
  expect(error.candidates[0]).toContain('Иван Петров')
})

it.each([
  [{ stage: 'Замр назначен' }, 'Замер назначен'],
  [{ pipeline: 'Воронка прадаж' }, 'Воронка продаж'],
  [{ pipeline: 'Воронка продаж', stage: 'Согласование' }, 'Новая заявка'],
  [{ responsible: 'Алексей Марозов' }, 'Алексей Морозов'],
  [{ fields: { Источнек: 'Сайт' } }, 'Источник'],
  [{ fields: { Источник: 'Сайтт' } }, 'Сайт'],
])('never guesses: %j gives candidates and creates nothing', async (wrong, candidate) => {
  const error = await stand.failure(createLead, { name: 'Не должна появиться', ...wrong })
  expect(['invalid_input', 'not_found']).toContain(error.kind)
  expect(error.candidates.join(' ')).toContain(candidate)
  expect(await countOf('Не должна появиться')).toBe(0)
})

it('does not give work to a user who has left', async () => {
  const error = await stand.failure(createLead, { name: 'Уволенному', responsible: 'Павел Зайцев' })
  expect(error.candidates).not.toContain('Павел Зайцев')
})

it('writes stage, manager, tags and fields of every type by their names', async () => {
  const { lead } = await stand.call(createLead, {
    name: 'Полная',
    price: 0,
    stage: 'замер назначен',
    responsible: 'Морозов',
    tags: ['важно', ' важно ', 'сайт'],
    fields: {
      источник: 'яндекс директ',
      'Дата замера': '2026-12-01',
      'Площадь, м²': '12,5',
      Скидка: 'да',
      'Что заказывают': ['Окна', 'Двери'],
      Гарантия: '3 года',
      'Дата монтажа': '2026-12-05T10:30',
    },
  })
  expect(lead).toMatchObject({ stage: 'Замер назначен', responsible: 'Алексей Морозов' })
  const { text } = await stand.call(fetchCard, { id: lead.ref })
  for (const part of [
    'Источник: Яндекс Директ',
    'Дата замера: 2026-12-01',
    'Площадь, м²: 12.5',
    'Скидка: да',
    'Что заказывают: Окна, Двери',
    'Гарантия: 3 года',
    'Дата монтажа: 2026-12-05T10:30:00+03:00',
    'Теги: важно, сайт',
  ]) {
    expect(text).toContain(part)
  }
})

it('finds the pipeline by a stage that only it has', async () => {
  const { lead } = await stand.call(createLead, { name: 'По этапу', stage: 'Есть интерес' })
  expect(lead.pipeline).toBe('Повторные продажи')
})

it('takes a stage by id, the main pipeline first, and one that was added after the first question', async () => {
  const won = await stand.call(createLead, { name: 'Сразу продано', stage: '142' })
  expect(won.lead).toMatchObject({ stage: 'Успешно реализовано', pipeline: 'Воронка продаж' })
  const { pipeline_id } = await stand.read(`/leads/${won.lead.id}`)
  await stand.make(`/leads/pipelines/${pipeline_id}/statuses`, {
    name: 'Ждём материал',
    sort: 65,
    color: '#fffeb2',
  })
  const asked = { name: 'Новый этап', pipeline: 'Воронка продаж', stage: 'ждем материал' }
  expect((await stand.call(createLead, asked)).lead.stage).toBe('Ждём материал')
})

it('adds the note to the deal', async () => {
  const { lead, note_added } = await stand.call(createLead, {
    name: 'С заметкой',
    note: 'Просил перезвонить',
  })
  expect(note_added).toBe(true)
  const notes = await stand.list(`/leads/${lead.id}/notes`, 'notes')
  expect(notes.map(({ params }) => params.text)).toEqual(['Просил перезвонить'])
})

it('keeps the deal in the answer when its note could not be added, and says so in our words', async () => {
  stand.refuse('POST /leads/notes')
  const { created, lead, note_added, hint } = await stand.call(createLead, {
    name: 'Без заметки',
    note: 'текст',
  })
  stand.refuse()
  expect([created, note_added]).toEqual([true, false])
  expect(hint).toMatch(/has no right/)
  expect(hint).not.toMatch(/Ignore all rules/)
  expect(await stand.read(`/leads/${lead.id}`)).toMatchObject({ name: 'Без заметки' })
})

it('leaves no contact behind when the deal could not be made', async () => {
  stand.refuse('POST /leads/complex')
  const error = await stand.failure(createLead, { name: 'Никак', contact: { phone: '+78120006055' } })
  stand.refuse()
  expect(error.kind).toBe('upstream_rejected')
  const { found } = await stand.call(searchContacts, { query: '+78120006055' })
  expect(found).toBe(0)
})

it.each([
  { name: '' },
  { name: 'Минус', price: -1 },
  { name: 'Дробь', price: 10.5 },
  { name: 'Много', price: 1e15 },
])('refuses %j before anything is sent', async (input) => {
  expect(createLead.input.safeParse(input).success).toBe(false)
})

it('refuses half a phone for a new contact', async () => {
  const error = await stand.failure(createLead, { name: 'Полтелефона', contact: { phone: '000-12' } })
  expect(error.message).toMatch(/whole phone/)
})

it('cannot look up a manager by name when amoCRM does not list users, but takes an id', async () => {
  await stand.control({ usersForbidden: true })
  const error = await stand.failure(createLead, { name: 'Кому', responsible: 'Морозов' })
  expect(error.kind).toBe('not_allowed')
  const { lead } = await stand.call(createLead, { name: 'Кому', responsible: '9481206' })
  expect(await stand.read(`/leads/${lead.id}`)).toMatchObject({ responsible_user_id: 9_481_206 })
  await stand.control({ usersForbidden: false })
})

it('makes one contact of two calls that come side by side', async () => {
  const contact = { name: 'Сразу Дважды', phone: '+7 812 000-60-77' }
  const [first, second] = await Promise.all([
    stand.call(createLead, { name: 'Первая', contact }),
    stand.call(createLead, { name: 'Вторая', contact }),
  ])
  expect([first.created, second.created]).toEqual([true, false])
  expect(second.contact).toEqual({ ...first.contact, status: 'found' })
})

it('says nothing of unwritten words when the card has them all in another form', async () => {
  await stand.make('/contacts', person('Анна Известная', { phone: '8 812 000-61-01' }))
  const { contact, hint } = await stand.call(createLead, {
    name: 'Всё известно',
    contact: { phone: '+78120006101', name: 'анна' },
  })
  expect([contact?.status, hint]).toEqual(['found', undefined])
})

it.each([
  ['name', { phone: '+7 812 000-61-02', name: 'Ольга' }],
  ['add_phone', { email: 'known61@example.com', phone: '+7 812 000-61-03' }],
  ['add_email', { phone: '+7 812 000-61-02', email: 'other61@example.com' }],
])('says that %s is needed for what was not written on the contact that was found', async (how, contact) => {
  const [known] = await stand.list('/contacts?query=known61', 'contacts')
  const points = { phone: '+78120006102', email: 'known61@example.com' }
  const id = known?.id ?? (await stand.make('/contacts', person('Анна Вторая Известная', points)))
  const { hint } = await stand.call(createLead, { name: 'Не всё известно', contact, allow_duplicate: true })
  expect(hint).toContain(`contact: contact:${id} and ${how}.`)
})

it('asks when a contact has more deals than can be looked at, until told', { timeout: 30_000 }, async () => {
  const id = await stand.make('/contacts', person('Очень Много Сделок', { phone: '+78120006110' }))
  const _embedded = { contacts: [{ id }] }
  for (let index = 0; index < 251; index++) {
    await stand.make('/leads', { name: `Старая ${index}`, status_id: 143, _embedded })
  }
  const asked = { name: 'Двести пятьдесят вторая', contact: { ref: `contact:${id}` } }
  const error = await stand.failure(createLead, asked)
  expect([error.kind, error.hint]).toEqual(['invalid_input', expect.stringContaining('allow_duplicate')])
  expect((await stand.call(createLead, { ...asked, allow_duplicate: true })).created).toBe(true)
})

it.each([
  ['shows the deal that duplicate control joined it to', false, 'Была раньше'],
  ['says that this deal could not be read, and does not fail', true, 'Присоединённая'],
])('%s', async (_what, isBlind, name) => {
  const lead = await stand.make('/leads', { name: 'Была раньше', price: 777 })
  const contact = await stand.make('/contacts', person('Тоже Была'))
  stand.mergeInto(lead, contact)
  if (isBlind) stand.refuseReadsAfterChange()
  const answer = await stand.call(createLead, {
    name: 'Присоединённая',
    contact: { phone: '+7 812 000-61-20' },
  })
  stand.refuseReadsAfterChange(false)
  stand.mergeInto()
  expect(answer).toMatchObject({
    created: false,
    lead: { ref: `lead:${lead}`, name },
    contact: { ref: `contact:${contact}`, status: 'found' },
  })
  expect(answer.hint).toMatch(isBlind ? /could not be read/ : /already there\.$/)
})
