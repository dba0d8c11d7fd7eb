import { expect, it } from 'vitest'
import { AppError } from './errors.ts'
import { failureOf, succeeded } from './outcome.ts'

const HIDDEN = ['\u200b', '\u202e', '\u2066', '\ufeff', '\u061c', '\u{e0041}', '\u{e0101}']

it.each(HIDDEN)('takes a hidden character out of an answer', (character) => {
  const outcome = succeeded({ name: `Ив${character}ан` }, false)
  expect(outcome).toMatchObject({ output: { name: 'Иван' }, json: '{"name":"Иван"}' })
})

it.each(HIDDEN)('takes a hidden character out of the candidates of a failure', (character) => {
  const error = new AppError('invalid_input', 'Which one?', { candidates: [`Ив${character}ан`] })
  expect(failureOf(error, () => undefined).candidates).toEqual(['Иван'])
})

it('leaves emoji and their joiners alone', () => {
  const name = '👩‍👩‍👧 ❤️ 🏴'
  expect(succeeded({ name }, false)).toMatchObject({ output: { name } })
})

it('shows at most five candidates', () => {
  const error = new AppError('invalid_input', 'Which one?', { candidates: [...'abcdefg'] })
  expect(failureOf(error, () => undefined).candidates).toHaveLength(5)
})

it('says nothing of a bug but its incident, and reports the rest', () => {
  const reported: unknown[] = []
  const bug = new TypeError('secret internals')
  const failure = failureOf(bug, (incident, error) => reported.push(incident, error))
  expect(failure).toMatchObject({ kind: 'internal', incident: reported[0] })
  expect(reported[1]).toBe(bug)
  expect(JSON.stringify(failure)).not.toContain('secret internals')
})
