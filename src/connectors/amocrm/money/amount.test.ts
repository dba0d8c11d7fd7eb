import { expect, it } from 'vitest'
import { inWords } from './amount.ts'

it.each([
  [0, '0 ₽'],
  [999, '999 ₽'],
  [50_000, '50 000 ₽'],
  [1_234_567, '1 234 567 ₽'],
  [1500.5, '1 500,50 ₽'],
  [10.005, '10,01 ₽'],
])('writes %d as %s', (amount, text) => {
  expect(inWords(amount, '₽')).toBe(text)
})

it('leaves out a currency sign that the account does not have', () => {
  expect(inWords(5, '')).toBe('5')
})
