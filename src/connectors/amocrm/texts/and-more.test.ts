import { expect, it } from 'vitest'
import { andMore, andMoreThan } from './and-more.ts'

const deals = ['сделка', 'сделки', 'сделок'] as const

it.each([
  [1, 'и ещё 1 сделка'],
  [2, 'и ещё 2 сделки'],
  [5, 'и ещё 5 сделок'],
  [11, 'и ещё 11 сделок'],
  [21, 'и ещё 21 сделка'],
  [112, 'и ещё 112 сделок'],
  [124, 'и ещё 124 сделки'],
])('says %i more in the right form', (left, expected) => {
  expect(andMore(left, deals)).toEqual([expected])
})

it('says nothing of nothing, and does not count what it has not seen', () => {
  expect(andMore(0, deals)).toEqual([])
  expect(andMoreThan(40, deals)).toEqual(['и ещё не меньше 40 сделок'])
})
