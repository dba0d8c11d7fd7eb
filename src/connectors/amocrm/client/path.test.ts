import { expect, it } from 'vitest'
import { path } from './path.ts'

it('keeps every value inside its own segment', () => {
  expect(path`/leads/${'../contacts/1?x=1#y'}/notes`).toBe('/leads/..%2Fcontacts%2F1%3Fx%3D1%23y/notes')
  expect(path`/leads/unsorted/${'%2e%2e'}`).toBe('/leads/unsorted/%252e%252e')
  expect(path`/leads/${'a\\b\n'}`).toBe('/leads/a%5Cb%0A')
})

it('writes whole numbers as they are', () => {
  expect(path`/leads/${10185151}`).toBe('/leads/10185151')
})

it.each(['', '.', '..', Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 53])('refuses %j', (value) => {
  expect(() => path`/leads/${value}`).toThrow(TypeError)
})
