import { expect, it } from 'vitest'
import { fieldsInWords } from './in-words.ts'

const field = (field_name: string, field_type: string, ...values: unknown[]) => ({
  field_id: 1,
  field_name,
  field_type,
  values: values.map((value) => ({ value })),
})

const words = (...fields: ReturnType<typeof field>[]) =>
  Object.fromEntries(fieldsInWords(fields, 'Europe/Moscow'))

it.each([
  ['checkbox', [true], 'да'],
  ['checkbox', [false], 'нет'],
  ['numeric', ['12.5'], '12.5'],
  ['multiselect', ['Окна', 'Двери'], 'Окна, Двери'],
  ['date', [Date.parse('2026-12-01T00:00:00+03:00') / 1000], '2026-12-01'],
  ['birthday', [Date.parse('1990-05-06T00:00:00+04:00') / 1000], '1990-05-06'],
  ['birthday', [Date.parse('1990-05-06T00:00:00+03:00') / 1000], '1990-05-06'],
  ['date', ['2020-05-08'], '2020-05-08'],
  ['date_time', [Date.parse('2026-12-01T10:30:00+03:00') / 1000], '2026-12-01T10:30:00+03:00'],
  ['date', [9e15], '—'],
  ['date_time', [-9e14], '—'],
  [
    'legal_entity',
    [{ name: 'ООО «Дом»', vat_id: '7700', entity_type: 2, address: 'Москва' }],
    'ООО «Дом»; Москва',
  ],
  ['file', [{ file_uuid: 'a-b', file_name: 'план.pdf' }], 'план.pdf'],
])('shows a %s value %j as %s', (type, values, expected) => {
  expect(words(field('Поле', type, ...values))).toEqual({ Поле: expected })
})

it('joins two fields of one label and leaves empty ones out', () => {
  expect(
    words(field('Цвет', 'text', 'белый'), field('Цвет', 'text', 'дуб'), field('Пусто', 'text', '')),
  ).toEqual({
    Цвет: 'белый, дуб',
  })
})

it('leaves phones and e-mails to those who normalise them', () => {
  expect(words({ ...field('Телефон', 'multitext', '+74950001234'), field_code: 'PHONE' } as never)).toEqual(
    {},
  )
})
