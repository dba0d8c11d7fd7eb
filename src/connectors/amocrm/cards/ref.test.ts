import { expect, it } from 'vitest'
import { formatRef, parseRef, requireRef } from './ref.ts'
import { cardUrl } from './url.ts'

it.each([
  ['lead:1', 'lead:1'],
  ['amo:lead:1', 'lead:1'],
  ['Deal:1', 'lead:1'],
  ['сделка #7', 'lead:7'],
  ['contacts:5', 'contact:5'],
  ['https://example.amocrm.ru/contacts/detail/15?tab=1', 'contact:15'],
  ['https://example.amocrm.ru/leads/detail/15/', 'lead:15'],
  ['/companies/detail/3', 'company:3'],
])('reads %s as %s', (text, expected) => {
  expect(formatRef(requireRef(text))).toBe(expected)
})

it('reads a bare number only where one kind can be meant', () => {
  expect(parseRef('#12')).toBeUndefined()
  expect(parseRef('#12', 'lead')).toEqual({ kind: 'lead', id: 12 })
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
  expect(() => requireRef(text)).toThrow(/not a reference/)
})

it('makes the address that a person can open', () => {
  expect(cardUrl('https://example.amocrm.ru', { kind: 'company', id: 3 })).toBe(
    'https://example.amocrm.ru/companies/detail/3',
  )
})
