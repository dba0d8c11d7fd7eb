import { expect, it } from 'vitest'
import { type LeadFilter, matches } from './filter.ts'

const lead = {
  id: 7,
  name: 'Кухня на заказ',
  price: 90_000,
  responsible_user_id: 11,
  pipeline_id: 1,
  status_id: 142,
  created_at: 1000,
  closed_at: null,
  custom_fields_values: [
    { field_id: 5, field_name: 'Источник', field_type: 'select', values: [{ value: 'Сайт', enum_id: 51 }] },
    { field_id: 6, field_name: 'Площадь', field_type: 'numeric', values: [{ value: '12.5' }] },
    { field_id: 8, field_name: 'Срочно', field_type: 'checkbox', values: [{ value: true }] },
  ],
}

it.each<LeadFilter>([
  {},
  { id: [6, 7] },
  { id: undefined },
  { price: { from: 90_000, to: 90_000 } },
  { statuses: [{ pipeline_id: 1, status_id: 142 }] },
  { name: ['кухня на заказ'] },
  { created_at: { to: 1000 } },
  { custom_fields_values: { 5: [51] } },
  { custom_fields_values: { 5: ['сайт'] } },
  { custom_fields_values: { 6: { from: 12, to: 13 } } },
  { custom_fields_values: { 8: [1] } },
])('keeps a row that is what was asked for: %j', (filter) => {
  expect(matches(lead, filter)).toBe(true)
})

it.each<LeadFilter>([
  { id: [6] },
  { price: { from: 90_001 } },
  { statuses: [{ pipeline_id: 2, status_id: 142 }] },
  { statuses: [{ pipeline_id: 1, status_id: 143 }] },
  { pipeline_id: [2] },
  { responsible_user_id: [12], price: { from: 0 } },
  { closed_at: { to: 2000 } },
  { custom_fields_values: { 5: [52] } },
  { custom_fields_values: { 6: { from: 13 } } },
  { custom_fields_values: { 9: ['x'] } },
])('drops a row that an account gives in spite of the filter: %j', (filter) => {
  expect(matches(lead, filter)).toBe(false)
})
