import { expect, it } from 'vitest'
import { emailsOf, phonesOf } from './contact-points.ts'
import { emailKey } from './email.ts'
import { isSamePhone, looksLikePhone, phoneQueries, toE164 } from './phone.ts'
import { hasEmail, hasPhone } from './reach.ts'

const forms = [
  '+7 495 000-12-34',
  '8(495)0001234',
  '4950001234',
  '74950001234',
  '8 (495) 000-12-34',
  'тел. 8-495-000-12-34',
  '+7 495 000 12 34 доб. 5',
]

it.each(forms)('stores %s in the international form', (form) => {
  expect(toE164(form, 'RU')).toBe('+74950001234')
})

it.each(forms.flatMap((left) => forms.map((right) => [left, right])))(
  '%s is the same phone as %s',
  (left, right) => {
    expect(isSamePhone(left, right, 'RU')).toBe(true)
  },
)

it.each([
  ['4950001234', '4950001235'],
  ['123', '4950001123'],
  ['4950001234', ''],
])('%s is not the same phone as %j', (left, right) => {
  expect(isSamePhone(left, right, 'RU')).toBe(false)
})

it('finds a local number by its ending', () => {
  expect(isSamePhone('000-12-34', '8 (495) 000-12-34', 'RU')).toBe(true)
  expect(isSamePhone('000-12-34', '8 (495) 000-12-35', 'RU')).toBe(false)
})

it.each([...forms, '000-12-34'])('sees a phone in %s', (text) => {
  expect(looksLikePhone(text)).toBe(true)
})

it.each(['Анна', 'ООО «Ромашка 2000»', 'anna@example.com', '12', '1234 Анна', ''])(
  'sees no phone in %j',
  (text) => {
    expect(looksLikePhone(text)).toBe(false)
  },
)

it.each([
  '+74950001234',
  '8 (495) 000-12-34',
  '8(495)0001234',
  '+7 495 000 12 34',
  '495 000 1234',
  '495-000-1234',
])('asks for a piece that is a part of %s as it was typed', (stored) => {
  expect(phoneQueries('+7 495 000-12-34').some((query) => stored.includes(query))).toBe(true)
})

it.each([
  [' Anna@Example.com ', 'anna@example.com'],
  ['mailto:anna@example.com', 'anna@example.com'],
  ['anna@example', undefined],
  ['Анна', undefined],
  ['a b@example.com', undefined],
])('reads the e-mail of %j as %j', (text, expected) => {
  expect(emailKey(text)).toBe(expected)
})

it.each([
  ['84950001234', '+1 495 000 1234'],
  ['+1 495 000 1234', '8 (495) 000-12-34'],
])('%s is in another country than %s', (left, right) => {
  expect(isSamePhone(left, right, 'RU')).toBe(false)
})

it('does not take two phones in one text for the second of them', () => {
  expect(isSamePhone('+74950002222', '8 495 000-21-21, 8 495 000-22-22', 'RU')).toBe(false)
})

it('compares by the last ten digits what is no whole number here', () => {
  expect(isSamePhone('+1 495 000 1234', '0014950001234', 'RU')).toBe(true)
})

it.each([
  ['8 495 000-21-21, 8 495 000-22-22', ['+74950002121', '+74950002222']],
  ['8 495 000-21-21 / 8 495 000-22-22', ['+74950002121', '+74950002222']],
  ['8 (495) 000-21-21/22', ['+74950002121']],
  ['8 495 000-21-21, доб. 12345', ['+74950002121']],
  ['8 495 000-21-21;', ['+74950002121']],
  ['нет', ['нет']],
])('reads the phones of %s', (value, expected) => {
  const card = cardWith('PHONE', value)
  expect(phonesOf(card, 'RU')).toEqual(expected)
  expect(expected.every((phone) => phone === 'нет' || hasPhone(card, phone, 'RU'))).toBe(true)
})

it.each([
  ['Anna@example.com, boris@example.com', ['Anna@example.com', 'boris@example.com']],
  ['anna@example.com boris@example.com', ['anna@example.com', 'boris@example.com']],
  ['Анна <anna@example.com>', ['Анна <anna@example.com>']],
])('reads the addresses of %s', (value, expected) => {
  expect(emailsOf(cardWith('EMAIL', value))).toEqual(expected)
  expect(hasEmail(cardWith('EMAIL', value), 'boris@example.com')).toBe(expected.length === 2)
})

function cardWith(field_code: string, value: string) {
  return {
    custom_fields_values: [
      { field_id: 1, field_name: 'Поле', field_code, field_type: 'multitext', values: [{ value }] },
    ],
  }
}
