import { afterAll, expect, it } from 'vitest'
import { openStand, person } from '../testing/stand.ts'
import updateContact from './update-contact.ts'

const stand = await openStand()
afterAll(stand.close)

let serial = 8100

/** A fresh contact with a phone and an e-mail of its own. */
async function fresh() {
  serial += 1
  const phone = `+7812000${serial}`
  const email = `person${serial}@example.com`
  const id = await stand.make('/contacts', person(`Контакт ${serial}`, { phone, email }))
  return { id, ref: `contact:${id}`, phone, email }
}

async function points(id: number, code: string): Promise<unknown[]> {
  const { custom_fields_values: fields } = await stand.read(`/contacts/${id}`)
  return (fields ?? [])
    .filter((field) => field.field_code === code)
    .flatMap(({ values }) => values.map(({ value }) => value))
}

it('adds a phone to those that are there, in the international form', async () => {
  const { id, ref, phone } = await fresh()
  const { changed } = await stand.call(updateContact, { contact: ref, add_phone: '8 (495) 000-55-66' })
  expect(changed).toEqual([{ field: 'phones', before: phone, after: `${phone}, +74950005566` }])
  expect(await points(id, 'PHONE')).toEqual([phone, '+74950005566'])
})

it('does not add the same phone in another form, and sends nothing', async () => {
  const { id, ref, phone } = await fresh()
  const { updated_at } = await stand.read(`/contacts/${id}`)
  await stand.control({ clock: { advanceSeconds: 100 } })
  const answer = await stand.call(updateContact, { contact: ref, add_phone: phone.replace('+7', '8') })
  expect(answer.changed).toEqual([])
  expect(answer.hint).toMatch(/so already/)
  expect((await stand.read(`/contacts/${id}`)).updated_at).toBe(updated_at)
})

it('keeps the kind of the other phones', async () => {
  const { id, ref } = await fresh()
  await stand.change(`/contacts/${id}`, {
    custom_fields_values: [
      { field_code: 'PHONE', values: [{ value: '8 (812) 000-81-99', enum_code: 'MOB' }] },
    ],
  })
  await stand.call(updateContact, { contact: ref, add_phone: '+74950005567' })
  const card = await stand.read(`/contacts/${id}`)
  const phone = card.custom_fields_values?.find(({ field_code }) => field_code === 'PHONE')
  expect(phone?.values.map(({ value, enum_code }) => [value, enum_code])).toEqual([
    ['8 (812) 000-81-99', 'MOB'],
    ['+74950005567', 'WORK'],
  ])
})

it('takes a phone off, the last one too', async () => {
  const { id, ref, phone } = await fresh()
  const { changed } = await stand.call(updateContact, {
    contact: ref,
    remove_phone: phone.replace('+7', '8'),
  })
  expect(changed).toEqual([{ field: 'phones', before: phone, after: '' }])
  expect(await points(id, 'PHONE')).toEqual([])
})

it('adds and takes off an e-mail', async () => {
  const { id, ref, email } = await fresh()
  await stand.call(updateContact, {
    contact: ref,
    add_email: 'Second@Example.com',
    remove_email: email.toUpperCase(),
  })
  expect(await points(id, 'EMAIL')).toEqual(['second@example.com'])
})

it.each(['phone', 'email'] as const)('knows the contact by a %s that only it has', async (by) => {
  const person = await fresh()
  const { ref } = await stand.call(updateContact, { contact: person[by], position: 'Директор' })
  expect(ref).toBe(person.ref)
})

it('takes the address of the card', async () => {
  const { id, ref } = await fresh()
  const answer = await stand.call(updateContact, {
    contact: `${stand.baseUrl}/contacts/detail/${id}`,
    name: 'По ссылке',
  })
  expect(answer).toMatchObject({ ref, name: 'По ссылке' })
})

it('changes name, position, company, manager, tags and fields at once, with before and after', async () => {
  const { ref } = await fresh()
  await stand.call(updateContact, { contact: ref, add_tags: ['старый'] })
  const { changed } = await stand.call(updateContact, {
    contact: ref,
    first_name: 'Мария',
    last_name: 'Ильина',
    position: 'Закупки',
    company: 'ооо «светлый дом»',
    responsible: 'Кузнецова',
    add_tags: ['vip'],
    remove_tags: ['Старый'],
    fields: { 'День рождения': '06.05.1990', 'Откуда узнал': 'знакомые', Telegram: '@ilina' },
  })
  expect(Object.fromEntries(changed.map(({ field, after }) => [field, after]))).toEqual({
    name: 'Мария Ильина',
    first_name: 'Мария',
    last_name: 'Ильина',
    company: 'ООО «Светлый дом»',
    responsible: 'Мария Кузнецова',
    tags: 'vip',
    Должность: 'Закупки',
    Telegram: '@ilina',
    'День рождения': '1990-05-06',
    'Откуда узнал': 'Знакомые',
  })
})

it('clears a field with null and leaves the others', async () => {
  const { ref } = await fresh()
  await stand.call(updateContact, { contact: ref, position: 'Директор', fields: { Telegram: '@x' } })
  const { changed } = await stand.call(updateContact, { contact: ref, fields: { Telegram: null } })
  expect(changed).toEqual([{ field: 'Telegram', before: '@x', after: '' }])
})

it('asks which contact is meant when two have the phone, and changes neither', async () => {
  const { phone } = await fresh()
  await stand.make('/contacts', person('Второй', { phone: phone.replace('+7', '8') }))
  const error = await stand.failure(updateContact, { contact: phone, position: 'Кто' })
  expect(error.kind).toBe('invalid_input')
  expect(error.candidates).toHaveLength(2)
})

it.each([
  ['Иван Петров', 'invalid_input'],
  ['+7 495 000-99-98', 'not_found'],
  ['contact:99999999', 'not_found'],
  ['lead:5', 'invalid_input'],
])('does not take %s for a contact', async (contact, kind) => {
  const error = await stand.failure(updateContact, { contact, position: 'Кто' })
  expect(error.kind).toBe(kind)
})

it('offers near companies for one that is not spelled as on its card', async () => {
  const { ref } = await fresh()
  const error = await stand.failure(updateContact, { contact: ref, company: 'Светлый' })
  expect(error.kind).toBe('not_found')
  expect(error.candidates.join()).toContain('ООО «Светлый дом»')
})

it('says what was changed when the company could not be', async () => {
  const { id, ref } = await fresh()
  stand.refuse(`POST /contacts/${id}/link`)
  const { changed, hint } = await stand.call(updateContact, {
    contact: ref,
    position: 'Есть',
    company: 'ООО «Светлый дом»',
  })
  stand.refuse()
  expect(changed.map(({ field }) => field)).toEqual(['Должность'])
  expect(hint).toMatch(/company was not changed/)
})

it('refuses a call that changes nothing', async () => {
  const { ref } = await fresh()
  expect((await stand.failure(updateContact, { contact: ref })).kind).toBe('invalid_input')
})

it.each([
  { fields: { Телефон: '+74950001111' } },
  { fields: { 'Домашний адрес': 'Москва' } },
  { fields: { Telegram: {} } },
])('refuses %j with what to do instead', async (wrong) => {
  const { ref } = await fresh()
  const error = await stand.failure(updateContact, { contact: ref, ...wrong })
  expect(error.kind).toBe('invalid_input')
  expect(error.hint).toBeTruthy()
})

it('loses no phone when two are added side by side', async () => {
  const { id, ref, phone } = await fresh()
  await Promise.all([
    stand.call(updateContact, { contact: ref, add_phone: '+74950008001' }),
    stand.call(updateContact, { contact: ref, add_phone: '+74950008002' }),
  ])
  expect(await points(id, 'PHONE')).toEqual([phone, '+74950008001', '+74950008002'])
})

it('says that the change was made when the card cannot be read back', async () => {
  const { id, ref } = await fresh()
  stand.refuseReadsAfterChange()
  const answer = await stand.call(updateContact, { contact: ref, name: 'Записано' })
  stand.refuseReadsAfterChange(false)
  expect(answer).toMatchObject({ ref, name: 'Записано', changed: [] })
  expect(answer.hint).toMatch(/change was made.*do not repeat/)
  expect(await stand.read(`/contacts/${id}`)).toMatchObject({ name: 'Записано' })
})

it('says which phone was not taken off, since the card does not have it', async () => {
  const { ref } = await fresh()
  const alone = await stand.call(updateContact, { contact: ref, remove_phone: '+7 495 000-77-01' })
  expect(alone.hint).toContain('+7 495 000-77-01')
  const both = await stand.call(updateContact, {
    contact: ref,
    position: 'Директор',
    remove_email: 'nobody@example.com',
  })
  expect(both.changed).toHaveLength(1)
  expect(both.hint).toContain('nobody@example.com')
})

it('refuses an id that no card can have without taking it for a phone', async () => {
  const error = await stand.failure(updateContact, { contact: 'contact:99999999999999999999', name: 'Кто' })
  expect(error.message).toMatch(/not a reference/)
})
