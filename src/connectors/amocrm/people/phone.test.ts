import { expect, it } from 'vitest'
import { emailKey } from './email.ts'
import { isSamePhone, looksLikePhone, phoneQueries, toE164 } from './phone.ts'

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
