import { clip } from '../cards/clip.ts'
import { ENTITY } from '../cards/read-card.ts'
import type { CardRef } from '../cards/ref.ts'
import { listNotes } from '../client/notes.ts'
import type { Page } from '../client/page.ts'
import { listTasks } from '../client/tasks.ts'
import type { Naming } from '../names/naming.ts'
import { isoInZone } from '../time/zone.ts'
import type { Work } from '../work.ts'
import { andMore, andMoreThan, type NounForms } from './and-more.ts'
import { noteInWords } from './note-in-words.ts'
import { section } from './section.ts'

const MOST_TASKS = 10
const MOST_NOTES = 10

/** The open tasks of a card, the nearest first, and its latest notes. */
export async function timelineInWords(work: Work, ref: CardRef, naming: Naming): Promise<string[]> {
  return [
    ...section('Открытые задачи', await taskLines(work, ref, naming)),
    ...section('Последние примечания', await noteLines(work, ref, naming)),
  ]
}

async function taskLines(
  { client, clock, signal }: Work,
  { kind, id }: CardRef,
  naming: Naming,
): Promise<string[]> {
  const page = await listTasks(client, {
    filter: { is_completed: false, entity_type: ENTITY[kind], entity_id: [id] },
    order: { complete_till: 'asc' },
    limit: 250,
    signal,
  })
  const open = page.items.filter(
    (task) => !task.is_completed && task.entity_id === id && task.entity_type === ENTITY[kind],
  )
  const lines = open.slice(0, MOST_TASKS).map((task) => {
    const late = task.complete_till < clock.now() / 1000 ? ' (просрочена)' : ''
    const who = naming.user(task.responsible_user_id)
    const what = `${naming.taskType(task.task_type_id)}: ${clip(task.text, 300)}`
    return `${isoInZone(task.complete_till, naming.zone)}${late} ${what}${who === undefined ? '' : ` — ${who}`}`
  })
  return [...lines, ...rest(open.length - lines.length, page, ['задача', 'задачи', 'задач'])]
}

async function noteLines({ client, signal }: Work, { kind, id }: CardRef, naming: Naming): Promise<string[]> {
  const page = await listNotes(client, ENTITY[kind], {
    entityId: id,
    order: { updated_at: 'desc' },
    limit: 50,
    signal,
  })
  const notes = page.items.filter((note) => note.entity_id === id)
  const lines = notes
    .toSorted((left, right) => right.created_at - left.created_at)
    .slice(0, MOST_NOTES)
    .map((note) => `${isoInZone(note.created_at, naming.zone)} ${noteInWords(note)}`)
  return [...lines, ...rest(notes.length - lines.length, page, ['примечание', 'примечания', 'примечаний'])]
}

function rest(left: number, { hasMore }: Pick<Page<unknown>, 'hasMore'>, noun: NounForms): string[] {
  return hasMore ? andMoreThan(left, noun) : andMore(left, noun)
}
