import fc from 'fast-check'
import { expect, it } from 'vitest'
import { identify } from './identity.ts'
import { callOf } from './testing/world.ts'

const digestOf = (input: unknown) => identify(callOf({ input })).digest
const idOf = (more: Parameters<typeof callOf>[0]) => identify(callOf(more)).id

/** The same value with the members of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, shuffled(member)]),
  )
}

it('takes the same members in another order for the same call', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (input) => {
      expect(digestOf(shuffled(input))).toBe(digestOf(input))
    }),
  )
})

it('takes different values for different calls', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      const isSame = JSON.stringify(shuffled(left)) === JSON.stringify(shuffled(shuffled(right)))
      fc.pre(!isSame)
      try {
        expect(left).toEqual(right)
      } catch {
        expect(digestOf(left)).not.toBe(digestOf(right))
      }
    }),
  )
})

it.each([
  [{ a: 1 }, { a: '1' }],
  [{ a: null }, { a: 'null' }],
  [{ a: [1, 2] }, { a: [12] }],
  [{ a: ['1,2'] }, { a: ['1', '2'] }],
  [{ a: { b: 1 } }, { 'a:{"b"': 1 }],
  [{ a: Number.NaN }, { a: null }],
  [{ a: '\ud800' }, { a: '\ud801' }],
  [{ __proto__: null, a: 1 }, { a: 2 }],
])('tells %j from %j', (left, right) => {
  expect(digestOf(left)).not.toBe(digestOf(right))
})

it('takes a member that is undefined for one that is not there', () => {
  expect(digestOf({ a: 1, b: undefined })).toBe(digestOf({ a: 1 }))
})

it('refuses an input that is nested without end', () => {
  let input: unknown = 1
  for (let depth = 0; depth < 100_000; depth++) input = [input]
  expect(() => identify(callOf({ input }))).toThrow('nested too deeply')
})

it('refuses to guess what cannot be told apart', () => {
  expect(() => identify(callOf({ input: { seen: new Set([1]) } }))).toThrow('plain data')
})

it.each(['owner', 'client', 'tool', 'key'] as const)('is another call with another %s', (part) => {
  expect(idOf({ [part]: 'x' })).not.toBe(idOf({ [part]: 'y' }))
})

it('is another call in another account without a key, and with one the same call with other arguments', () => {
  const [here, there] = ['x', 'y'].map((account) =>
    identify(callOf({ account, key: undefined, derive: true })),
  )
  expect(here?.id).not.toBe(there?.id)
  const [mine, other] = ['x', 'y'].map((account) => identify(callOf({ account, key: 'k' })))
  expect(mine?.id).toBe(other?.id)
  expect(mine?.digest).not.toBe(other?.digest)
})

it('does not confuse where one part ends and the next begins', () => {
  expect(idOf({ owner: 'ab', client: 'c' })).not.toBe(idOf({ owner: 'a', client: 'bc' }))
  expect(idOf({ owner: 'a","b', client: 'c' })).not.toBe(idOf({ owner: 'a', client: 'b","c' }))
})

it.each(['\u0000', '../../x', "'; drop table once; --", '\ud800', '😀', ' '])('takes the key %j', (key) => {
  expect(idOf({ key })).toMatch(/^[0-9a-f]{64}$/)
  expect(idOf({ key })).not.toBe(idOf({ key: `${key} ` }))
})

it.each(['', 'x'.repeat(201), 'x'.repeat(1_000_000)])('refuses a key that is no key', (key) => {
  expect(() => idOf({ key })).toThrow('idempotency_key')
})

it('knows a call by its key alone, by its arguments without one, and else by nothing', () => {
  expect(idOf({ input: { a: 1 } })).toBe(idOf({ input: { a: 2 } }))
  const derived = { key: undefined, derive: true }
  expect(idOf({ ...derived, input: { a: 1 } })).toBe(idOf({ ...derived, input: { a: 1 } }))
  expect(idOf({ ...derived, input: { a: 1 } })).not.toBe(idOf({ ...derived, input: { a: 2 } }))
  expect(idOf({ key: undefined })).not.toBe(idOf({ key: undefined }))
})
