import { expect, it } from 'vitest'
import { shareOfTerms, spellingsOf, termsOf } from './terms.ts'

it('keeps the roots that tell which one is meant, the longest first', () => {
  expect(termsOf('Найди сделку с Ковалёвым на окна')).toEqual(['ковалев', 'окн'])
})

it('keeps the words that say nothing when there are no others', () => {
  expect(termsOf('сделка')).toEqual(['сделк'])
})

it.each([
  ['Остекление веранды', 1],
  ['Ирина Веранда', 0.38],
  ['Ремонт', 0],
])('a text «%s» holds this much of what was asked', (text, share) => {
  expect(shareOfTerms(termsOf('остекление веранды'), text)).toBeCloseTo(share, 1)
})

it('spells a root with ё where a card may have it', () => {
  expect(spellingsOf('ковалев')).toEqual(['ковалёв'])
})
