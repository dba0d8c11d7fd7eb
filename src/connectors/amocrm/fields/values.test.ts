import { expect, it } from 'vitest'
import type { CustomField } from '../client/custom-fields.ts'
import { valuesToWrite } from './values.ts'

const here = { now: Date.parse('2026-11-20T10:00:00+03:00'), zone: 'Europe/Moscow' }
const enums = ['Окна', 'Двери', 'Окна, двери и балкон'].map((value, index) => ({
  id: index + 1,
  value,
  sort: 0,
}))

function write(type: string, value: Parameters<typeof valuesToWrite>[1]) {
  const field: CustomField = {
    id: 1,
    name: 'Поле',
    type,
    sort: 0,
    is_api_only: false,
    is_computed: false,
    is_predefined: false,
    enums,
    required_statuses: [],
  }
  return valuesToWrite(field, value, here)
}

it.each([
  ['text', 'как есть', [{ value: 'как есть' }]],
  ['text', 5, [{ value: '5' }]],
  ['numeric', '1 500,50', [{ value: 1500.5 }]],
  ['monetary', 10, [{ value: 10 }]],
  ['checkbox', 'Да', [{ value: true }]],
  ['checkbox', false, [{ value: false }]],
  ['select', 'двери', [{ enum_id: 2 }]],
  ['multiselect', ['Окна', 'двери', 'Окна'], [{ enum_id: 1 }, { enum_id: 2 }]],
  ['multiselect', 'Окна, Двери', [{ enum_id: 1 }, { enum_id: 2 }]],
  ['multiselect', 'Окна, двери и балкон', [{ enum_id: 3 }]],
  ['date', '2026-12-01', [{ value: '2026-12-01T12:00:00+03:00' }]],
  ['birthday', '06.05.1990', [{ value: '1990-05-06T12:00:00+04:00' }]],
  ['date', 'завтра', [{ value: '2026-11-21T12:00:00+03:00' }]],
  ['date', '2026-12-01T01:00:00+03:00', [{ value: '2026-12-01T12:00:00+03:00' }]],
  ['date_time', 'завтра 15:00', [{ value: '2026-11-21T15:00:00+03:00' }]],
  [
    'multitext',
    ['a', 'b'],
    [
      { value: 'a', enum_code: 'WORK' },
      { value: 'b', enum_code: 'WORK' },
    ],
  ],
])('writes into a %s field %j as %j', (type, value, written) => {
  expect(write(type, value)).toEqual(written)
})

it.each([
  ['numeric', 'много'],
  ['numeric', ''],
  ['checkbox', 'может быть'],
  ['select', 'Рамы'],
  ['select', ['Окна', 'Двери']],
  ['date', 'скоро'],
  ['date_time', '2026-12-01'],
  ['date', '0001-01-01'],
  ['date_time', '0000-01-01T00:00:00Z'],
  ['date', '25.11'],
  ['date', 'в понедельник'],
  ['legal_entity', 'ООО'],
  ['constructor', 'x'],
])('refuses for a %s field %j', (type, value) => {
  expect(() => write(type, value)).toThrow(expect.objectContaining({ name: 'AppError' }))
})

it('takes each value of a list once, however often it is said', () => {
  expect(write('multiselect', 'Окна, '.repeat(1_000))).toEqual([{ enum_id: 1 }])
})
