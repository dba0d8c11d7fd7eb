import { expect, it } from 'vitest'
import { AppError } from '../../../kernel/errors.ts'
import { resolveName } from './resolve.ts'

const items = [
  { id: 1, name: 'Воронка продаж' },
  { id: 2, name: 'Повторные продажи' },
  { id: 3, name: 'Переговоры' },
  { id: 4, name: 'Анна Смирнова' },
  { id: 5, name: 'Иван Петров' },
  { id: 6, name: 'Олег Иванов' },
  { id: 7, name: 'Ещё думает' },
  { id: 8, name: 'анна смирнова' },
  { id: 9, name: 'Счёт (оплата)' },
]

function resolve(asked: string, access: 'read' | 'write') {
  return resolveName(asked, { noun: 'name', items, name: (item) => item.name, id: (item) => item.id }, access)
    .id
}

function failure(asked: string, access: 'read' | 'write'): AppError {
  try {
    resolve(asked, access)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('resolved')
}

it.each([
  ['Воронка продаж', 1],
  ['воронка  ПРОДАЖ', 1],
  ['воронку продаж', 1],
  ['воронка', 1],
  ['повторных продаж', 2],
  ['переговорах', 3],
  ['Анна Смирнова', 4],
  ['анна смирнова', 8],
  ['Иван', 5],
  ['Иванов', 6],
  ['Олег', 6],
  ['Петров Иван', 5],
  ['еще думает', 7],
  ['счет', 9],
  ['3', 3],
])('a write takes %s', (asked, id) => {
  expect(resolve(asked, 'write')).toBe(id)
})

it.each([
  ['Peregovory', 3],
  ['Переговры', 3],
  ['Преговоры', 3],
  ['Ivan Petrov', 5],
  ['Воронка прадаж', 1],
])('a read takes %s, a write asks with candidates', (asked, id) => {
  expect(resolve(asked, 'read')).toBe(id)
  const error = failure(asked, 'write')
  expect(error.kind).toBe('invalid_input')
  expect(error.candidates[0]).toBe(items.find((item) => item.id === id)?.name)
})

it('offers both when two names fit', () => {
  const error = failure('продажи', 'read')
  expect(error.kind).toBe('invalid_input')
  expect(error.candidates.slice(0, 2)).toEqual(['Воронка продаж', 'Повторные продажи'])
})

it('offers at most five names when nothing is near', () => {
  const error = failure('Космос и звёзды', 'read')
  expect(error.kind).toBe('not_found')
  expect(error.candidates.length).toBeLessThanOrEqual(5)
  expect(error.candidates.length).toBeGreaterThan(0)
})

it('says that there is nothing for an empty name', () => {
  expect(failure('  ', 'read').kind).toBe('not_found')
})

it('takes a name of any length that is given whole', () => {
  const long = 'Окна и двери с доставкой '.repeat(20).trim()
  const choice = { noun: 'value', items: [{ id: 1 }], name: () => long, id: () => 1 }
  expect(resolveName(long.toUpperCase(), choice, 'write').id).toBe(1)
})
