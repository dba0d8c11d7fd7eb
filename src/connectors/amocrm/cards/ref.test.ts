import { expect, it } from 'vitest'
import { formatRef, isRefLike, parseRef, requireRef } from './ref.ts'
import { cardUrl } from './url.ts'

const home = 'https://example.amocrm.ru'

it.each([
  ['lead:1', 'lead:1'],
  ['amo:lead:1', 'lead:1'],
  ['Deal:1', 'lead:1'],
  ['сделка #7', 'lead:7'],
  ['contacts:5', 'contact:5'],
  ['https://example.amocrm.ru/contacts/detail/15?tab=1', 'contact:15'],
  ['https://example.amocrm.ru/leads/detail/15/', 'lead:15'],
  ['example.amocrm.ru/leads/detail/15', 'lead:15'],
  ['/companies/detail/3', 'company:3'],
  ['companies/detail/3', 'company:3'],
])('reads %s as %s', (text, expected) => {
  expect(formatRef(requireRef(text, home))).toBe(expected)
})

it('reads a bare number only where one kind can be meant', () => {
  expect(parseRef('#12', home)).toBeUndefined()
  expect(parseRef('#12', home, 'lead')).toEqual({ kind: 'lead', id: 12 })
})

it.each([
  '',
  'lead:',
  'lead:0',
  'lead:-1',
  'lead:1.5',
  'task:1',
  'chat:1',
  'contact:99999999999999999999',
  'Анна',
])('refuses %j', (text) => {
  expect(() => requireRef(text, home)).toThrow(/not a reference/)
})

it.each([
  'https://another.amocrm.ru/leads/detail/1',
  'https://example.kommo.com/leads/detail/1',
  'http://127.0.0.1:8080/leads/detail/1',
  'another.amocrm.ru/contacts/detail/1?tab=1',
])('refuses %s, a card of another account', (text) => {
  expect(() => parseRef(text, home)).toThrow(/another amoCRM account/)
})

it('knows an account of amocrm.com by its address on kommo.com', () => {
  expect(parseRef('https://firm.kommo.com/leads/detail/1', 'https://firm.amocrm.com')?.id).toBe(1)
})

it.each([
  ['lead:99999999999999999999', true],
  ['сделка 5', true],
  ['тел: 84950001234', false],
  ['84950001234', false],
  ['Анна', false],
])('tells whether %s is meant as a reference: %s', (text, expected) => {
  expect(isRefLike(text, home)).toBe(expected)
})

it('makes the address that a person can open', () => {
  expect(cardUrl('https://example.amocrm.ru', { kind: 'company', id: 3 })).toBe(
    'https://example.amocrm.ru/companies/detail/3',
  )
})
