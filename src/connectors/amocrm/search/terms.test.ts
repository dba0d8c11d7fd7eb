import { expect, it } from 'vitest'
import { isWholeName, kindOf, shareOfTerms, spellingsOf, termsOf } from './terms.ts'

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

it.each([
  ['сделка Ковалёва', 'lead'],
  ['Компании «Ромашка»', 'company'],
  ['contact of Anna', 'contact'],
  ['сделка с компанией «Ромашка»', 'lead'],
  ['сделка или контакт', undefined],
  ['окна', undefined],
])('knows the kind of card that «%s» is about', (query, kind) => {
  expect(kindOf(query)).toBe(kind)
})

it.each([
  ['тестовая сделка', 'Тестовая сделка', true],
  ['сделка «Тестовая»', 'Тестовая', true],
  ['тестовая', 'Тестовая сделка', false],
  ['сделка', '', false],
])('«%s» as the whole name «%s»: %s', (query, name, expected) => {
  expect(isWholeName(query, name)).toBe(expected)
})
