import type { LossReason, Pipeline } from '../records.ts'
import { addStage, systemStages } from '../settings/stage-write.ts'
import { type Account, nextId } from '../state.ts'
import { directorId } from './team.ts'

/** Adds the two pipelines and the loss reasons. */
export function seedPipelines(account: Account): { sales: Pipeline; repeat: Pipeline } {
  for (const [index, name] of lossReasons.entries()) {
    const reason: LossReason = {
      id: nextId(account, 'lossReasons'),
      name,
      sort: (index + 1) * 100,
      created_at: account.createdAt,
      updated_at: account.createdAt,
    }
    account.lossReasons.set(reason.id, reason)
  }
  return {
    sales: addPipeline(account, 'Воронка продаж', true, [
      ['Новая заявка', '#99ccff'],
      ['Замер назначен', '#fffeb2'],
      ['Замер выполнен', '#ffcc66'],
      ['КП отправлено', '#ffce5a'],
      ['Договор и предоплата', '#c1e0ff'],
      ['Производство', '#deff81'],
      ['Монтаж', '#87f2c0'],
    ]),
    repeat: addPipeline(account, 'Повторные продажи', false, [
      ['Пора напомнить', '#d6eaff'],
      ['Есть интерес', '#ebffb1'],
      ['Предложение отправлено', '#ffdc7f'],
      ['Согласование', '#f3beff'],
    ]),
  }
}

const lossReasons = [
  'Слишком дорого',
  'Выбрали конкурентов',
  'Пропала потребность',
  'Не устроили сроки',
  'Не выходит на связь',
  'Спам или ошибка',
]

function addPipeline(
  account: Account,
  name: string,
  main: boolean,
  stages: readonly (readonly [string, string])[],
): Pipeline {
  const pipeline: Pipeline = {
    id: nextId(account, 'pipelines'),
    name,
    sort: main ? 1 : 2,
    is_main: main,
    is_unsorted_on: true,
    is_archive: false,
    statuses: systemStages(account, true),
  }
  account.pipelines.set(pipeline.id, pipeline)
  const stamp = {
    by: directorId,
    wall: new Date(account.createdAt * 1000).toISOString().slice(0, 19).replace('T', ' '),
  }
  for (const [stage, color] of stages) addStage(pipeline, { name: stage, color }, account, stamp)
  return pipeline
}
