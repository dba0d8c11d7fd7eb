import { type Issue, notSupportedChoice } from '../http/problem.ts'
import type { Pipeline, Status, StatusDescription } from '../records.ts'
import { type Account, nextId } from '../state.ts'
import {
  array,
  checkKeys,
  type Item,
  integer,
  isItem,
  numberIn,
  type Rule,
  type Rules,
  text,
  textIn,
} from '../validation.ts'
import { isClosed, lostStatus, stagesInOrder, wonStatus } from './stages.ts'

export const mostStages = 100

/** What is wrong with one stage; `status` is the one that would change. */
export function checkStage(item: Item, account: Account, status?: Status, path = ''): Issue[] {
  const issues = checkKeys(item, rules, account, path)
  const { color } = item
  const fixed = status !== undefined && (status.type === 1 || isClosed(status.id))
  return fixed && color !== undefined && color !== status.color
    ? [...issues, notSupportedChoice(`${path}color`)]
    : issues
}

/** Puts a new stage after the others of its pipeline and numbers them anew. */
export function addStage(pipeline: Pipeline, item: Item, account: Account, stamp: WallStamp): Status {
  const last = stagesInOrder(pipeline).findLast((status) => !isClosed(status.id))
  const status: Status = {
    id: nextId(account, 'statuses'),
    name: textIn(item, 'name') ?? '',
    sort: numberIn(item, 'sort') ?? (last?.sort ?? 0) + 10,
    color: textIn(item, 'color') ?? '#fffeb2',
    type: 0,
    descriptions: [],
  }
  pipeline.statuses.push(status)
  changeDescriptions(status, item, account, stamp)
  renumber(pipeline)
  return status
}

export function changeStage(
  pipeline: Pipeline,
  status: Status,
  item: Item,
  account: Account,
  stamp: WallStamp,
): void {
  status.name = textIn(item, 'name') ?? status.name
  status.color = textIn(item, 'color') ?? status.color
  if (!isClosed(status.id) && status.type === 0) status.sort = numberIn(item, 'sort') ?? status.sort
  changeDescriptions(status, item, account, stamp)
  renumber(pipeline)
}

/** The three stages that every pipeline has. */
export function systemStages(account: Account, unsorted: boolean): Status[] {
  const fixed = (id: number, name: string, sort: number, color: string, type: 0 | 1 = 0): Status => ({
    id,
    name,
    sort,
    color,
    type,
    descriptions: [],
  })
  return [
    ...(unsorted ? [unsortedStage(account)] : []),
    fixed(wonStatus, 'Успешно реализовано', 10_000, '#CCFF66'),
    fixed(lostStatus, 'Закрыто и не реализовано', 11_000, '#D5D8DB'),
  ]
}

export function unsortedStage(account: Account): Status {
  return {
    id: nextId(account, 'statuses'),
    name: 'Неразобранное',
    sort: 10,
    color: '#c1c1c1',
    type: 1,
    descriptions: [],
  }
}

/** Ordinary stages are numbered by tens: 20 and on after the unsorted one, 10 and on without it. */
export function renumber(pipeline: Pipeline): void {
  const open = stagesInOrder(pipeline).filter((status) => !isClosed(status.id))
  const first = open.filter((status) => status.type === 1)
  const rest = open.filter((status) => status.type === 0)
  for (const [index, status] of [...first, ...rest].entries()) status.sort = (index + 1) * 10
}

/** Who writes a description, and when by the account's wall clock (`Y-m-d H:i:s`). */
export interface WallStamp {
  readonly by: number
  readonly wall: string
}

const colors = new Set(
  (
    'fffeb2 fffd7f fff000 ffeab2 ffdc7f ffce5a ffdbdb ffc8c8 ff8f92 d6eaff c1e0ff 98cbff ebffb1 deff81 ' +
    '87f2c0 f9deff f3beff ccc8f9 eb93ff f2f3f4 e6e8ea 99ccff ffcc66 c1c1c1 ccff66 d5d8db'
  )
    .split(' ')
    .map((color) => `#${color}`),
)

const color: Rule = (value, path) =>
  typeof value === 'string' && colors.has(value.toLowerCase()) ? undefined : notSupportedChoice(path)

const rules: Rules = { name: text, sort: integer, color, descriptions: array }

const levels = ['newbie', 'candidate', 'master']

/** A level without text loses its description; a level that is not sent keeps it. */
function changeDescriptions(status: Status, item: Item, account: Account, { by, wall }: WallStamp): void {
  const { descriptions } = item
  if (!Array.isArray(descriptions)) return
  for (const entry of descriptions.filter(isItem)) {
    const level = textIn(entry, 'level')
    if (level === undefined || !levels.includes(level)) continue
    const written = textIn(entry, 'description')?.slice(0, 1000)
    const found = status.descriptions.find((one) => one.level === level)
    if (written === undefined) status.descriptions = status.descriptions.filter((one) => one !== found)
    else if (found) Object.assign(found, { description: written, updated_at: wall, updated_by: by })
    else status.descriptions.push(newDescription(account, level, written, by, wall))
  }
}

function newDescription(
  account: Account,
  level: string,
  description: string,
  by: number,
  wall: string,
): StatusDescription {
  const id = nextId(account, 'descriptions')
  return { id, level, description, created_at: wall, updated_at: wall, created_by: by, updated_by: null }
}
