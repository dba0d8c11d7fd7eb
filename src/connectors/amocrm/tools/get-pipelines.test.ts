import { afterAll, expect, it } from 'vitest'
import { openStand } from '../testing/stand.ts'
import getPipelines from './get-pipelines.ts'

const stand = await openStand()
afterAll(stand.close)

it('gives every pipeline with its stages in order, the main one marked', async () => {
  const { pipelines } = await stand.call(getPipelines, {})
  expect(pipelines.map(({ name, main }) => [name, main])).toEqual([
    ['Воронка продаж', true],
    ['Повторные продажи', false],
  ])
  const [main] = pipelines
  expect(main?.stages[0]?.kind).toBe('incoming')
  expect(main?.stages.slice(-2).map(({ id, kind }) => [id, kind])).toEqual([
    [142, 'won'],
    [143, 'lost'],
  ])
})

it.each(['Повторные продажи', 'повторных продаж', 'Повтрные продажи', 'Povtornye prodazhi'])(
  'narrows to one by «%s»',
  async (pipeline) => {
    const { pipelines } = await stand.call(getPipelines, { pipeline })
    expect(pipelines.map(({ name }) => name)).toEqual(['Повторные продажи'])
  },
)

it('offers the names when none fits', async () => {
  const error = await stand.failure(getPipelines, { pipeline: 'Космос' })
  expect(error.kind).toBe('not_found')
  expect(error.candidates).toEqual(expect.arrayContaining(['Воронка продаж', 'Повторные продажи']))
})

it('sees a pipeline that was made after the first question', async () => {
  await stand.call(getPipelines, {})
  const statuses = [{ name: 'Старт', sort: 10, color: '#fffeb2' }]
  const made = { name: 'Партнёры', sort: 30, is_main: false, is_unsorted_on: false, _embedded: { statuses } }
  await stand.make('/leads/pipelines', made)
  const { pipelines } = await stand.call(getPipelines, { pipeline: 'партнеры' })
  expect(pipelines[0]?.stages.map(({ name }) => name)).toContain('Старт')
})

it('leaves the stages of other pipelines out when there are too many for one answer', async () => {
  for (let index = 0; index < 4; index++) {
    const statuses = Array.from({ length: 30 }, (_, stage) => ({
      name: `Шаг ${stage}`,
      sort: stage * 10,
      color: '#fffeb2',
    }))
    const made = {
      name: `Длинная ${index}`,
      sort: 50,
      is_main: false,
      is_unsorted_on: false,
      _embedded: { statuses },
    }
    await stand.make('/leads/pipelines', made)
  }
  await stand.control({ filterMode: 'basic' })
  const { pipelines, note } = await stand.call(getPipelines, {})
  expect(pipelines.filter(({ stages }) => stages.length > 0).map(({ main }) => main)).toEqual([true])
  expect(note).toMatch(/by name/)
  const one = await stand.call(getPipelines, { pipeline: 'Длинная 2' })
  expect(one.pipelines[0]?.stages.length).toBeGreaterThan(30)
})
