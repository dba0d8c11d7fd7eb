import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sizeOf } from './size-of.ts'

/** Nothing in it needs an escape. */
const plain = fc.stringMatching(/^[а-яa-z0-9 ]*$/)

it('is the size of the JSON where nothing is escaped', () => {
  const any = fc.jsonValue({ stringUnit: fc.constantFrom(...'абвxyz 😀') })
  const given = fc.oneof(any, plain, fc.dictionary(plain, any))
  fc.assert(
    fc.property(given, (value) => {
      fc.pre(!JSON.stringify(value).includes('-0'))
      expect(sizeOf(value)).toBe(Buffer.byteLength(JSON.stringify(value)))
    }),
  )
})

it('is nothing for nothing', () => {
  expect(sizeOf(undefined)).toBe(0)
})

it('is found for what is nested deeper than a stack goes', () => {
  const deep = JSON.parse(`${'[['.repeat(50_000)}${']]'.repeat(50_000)}`)
  expect(sizeOf(deep)).toBe(200_000)
})
