import { expect, it } from 'vitest'
import { clip, cut } from './clip.ts'

it('keeps a text from outside on one line', () => {
  expect(clip(' раз \r\n\n два\u2028три\tчетыре ', 100)).toBe('раз / два / три четыре')
})

it('cuts with a mark', () => {
  expect(clip('абвгд', 4)).toBe('абв…')
  expect(clip('абвг', 4)).toBe('абвг')
})

it('does not cut through an emoji', () => {
  expect(cut('аб😀😀', 4)).toBe('аб…')
})

it('has no line of its own for a blank that is a new line too', () => {
  expect(clip('раз \u00a0 два\u2029три\n \n\t четыре', 100)).toBe('раз два / три / четыре')
})
