import { expect, it } from 'vitest'
import { languageOf } from './language.ts'

it.each([
  ['en', 'ru-RU', 'en'],
  ['ru', 'en', 'ru'],
  ['de', 'ru', 'ru'],
  ['RU"><script>', 'en', 'en'],
  [undefined, undefined, 'ru'],
  [undefined, '', 'ru'],
  [undefined, 'ru-RU,ru;q=0.9,en-US;q=0.8', 'ru'],
  [undefined, 'en-US,en;q=0.9,ru;q=0.8', 'en'],
  [undefined, 'en;q=0.2, ru;q=0.7', 'ru'],
  [undefined, 'de-DE,de;q=0.9,ru;q=0.5', 'ru'],
  [undefined, 'de-DE', 'en'],
  [undefined, 'ru;q=0, en;q=0.1', 'en'],
  [undefined, 'ru;q=x, en', 'en'],
] as const)('?lang=%s with Accept-Language "%s" is read in %s', (query, header, language) => {
  expect(languageOf(query, header)).toBe(language)
})
