import { expect, it } from 'vitest'
import { encodeQuery, type Query } from './query.ts'

const decoded = (query: Query) => decodeURIComponent(encodeQuery(query))

it('writes lists, ranges and pairs the way PHP reads them', () => {
  const query = {
    filter: {
      id: [1, 2],
      updated_at: { from: 10, to: 20 },
      statuses: [
        { pipeline_id: 5, status_id: 142 },
        { pipeline_id: 6, status_id: 143 },
      ],
      custom_fields_values: { 294471: ['да'] },
      is_completed: false,
    },
    order: { id: 'asc' },
  }
  expect(decoded(query).split('&')).toEqual([
    'filter[id][]=1',
    'filter[id][]=2',
    'filter[updated_at][from]=10',
    'filter[updated_at][to]=20',
    'filter[statuses][0][pipeline_id]=5',
    'filter[statuses][0][status_id]=142',
    'filter[statuses][1][pipeline_id]=6',
    'filter[statuses][1][status_id]=143',
    'filter[custom_fields_values][294471][]=да',
    'filter[is_completed]=0',
    'order[id]=asc',
  ])
})

it('joins the extras with commas and leaves out what is not set', () => {
  expect(decoded({ page: 2, query: undefined, filter: undefined, with: ['contacts', 'loss_reason'] })).toBe(
    'page=2&with=contacts,loss_reason',
  )
  expect(encodeQuery({ with: [] })).toBe('')
})

it('lets no value begin another parameter', () => {
  expect(encodeQuery({ query: 'a&page=9#+7 495' })).toBe('query=a%26page%3D9%23%2B7+495')
  expect(encodeQuery({ filter: { 'x]=1&y[': [1] } })).toBe('filter%5Bx%5D%3D1%26y%5B%5D%5B%5D=1')
})
