import type { Answer } from '../http/answers.ts'
import type { Card, CardType, Task } from '../records.ts'
import { type Account, cardOf } from '../state.ts'
import { type Html, html } from './html.ts'
import { fieldsInWords, momentInWords, moneyInWords, stageName, userName } from './in-words.ts'
import { notFoundPage, pageAnswer } from './layout.ts'

/** One card as a person reads it: its fields, whom it is linked to, its open tasks and last notes. */
export function cardPage(account: Account, type: CardType, id: number): Answer {
  const card = cardOf(account, type, id)
  if (!card || card.is_deleted) return notFoundPage()
  const body = html`
${factList([...ownFacts(account, type, card), ...fieldsInWords(card, account)])}
${CARD_TYPES.map((far) => section(SECTION[far], linked(account, type, id, far)))}
${section(
  'Открытые задачи',
  taskLines(openTasks(account, type, id), account, () => html``),
)}
${section('Последние примечания', noteLines(account, type, id))}`
  return pageAnswer(200, `${KIND[type]}: ${card.name || `#${id}`}`, body)
}

/** All the open tasks of the account, the nearest first. */
export function taskListPage(account: Account): Answer {
  const open = [...account.tasks.values()].filter(({ is_completed }) => !is_completed)
  const lines = taskLines(open, account, (task) => taskPlace(task, account))
  const body = html`<p>Открытых задач: ${open.length}</p>
<ul>${lines.slice(0, MOST_TASKS)}</ul>`
  return pageAnswer(200, 'Задачи', body)
}

const CARD_TYPES = ['leads', 'contacts', 'companies'] as const
const KIND = { leads: 'Сделка', contacts: 'Контакт', companies: 'Компания' } as const
const SECTION = { leads: 'Сделки', contacts: 'Контакты', companies: 'Компания' } as const
const MOST_TASKS = 200
const MOST_NOTES = 20

type Fact = readonly [label: string, value: string]

function ownFacts(account: Account, type: CardType, card: Card): Fact[] {
  const tags = card.tags.flatMap((id) => account.tags[type].get(id)?.name ?? [])
  return [
    ...(type === 'leads' ? dealFacts(account, card.id) : []),
    ['Ответственный', userName(card.responsible_user_id, account)],
    ...(tags.length > 0 ? [['Теги', tags.join(', ')] as const] : []),
    ['Создано', momentInWords(card.created_at, account)],
    ['Изменено', momentInWords(card.updated_at, account)],
  ]
}

function dealFacts(account: Account, id: number): Fact[] {
  const deal = account.leads.get(id)
  if (!deal) return []
  return [
    ['Бюджет', moneyInWords(deal.price)],
    ['Этап', stageName(deal, account)],
  ]
}

function factList(facts: readonly Fact[]): Html {
  return html`<dl>${facts.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`)}</dl>`
}

function section(heading: string, lines: readonly Html[]): Html {
  return lines.length === 0 ? html`` : html`<h2>${heading}</h2>\n<ul>${lines}</ul>\n`
}

function linked(account: Account, from: CardType, id: number, to: CardType): Html[] {
  return account.links.of({ type: from, id }, to).flatMap((far) => {
    const card = cardOf(account, to, far.id)
    return card && !card.is_deleted ? [html`<li>${cardLink(to, card)}</li>\n`] : []
  })
}

function cardLink(type: CardType, { id, name }: Card): Html {
  return html`<a href="/${type}/detail/${id}">${name || `#${id}`}</a>`
}

function openTasks(account: Account, type: CardType, id: number): Task[] {
  return [...(account.tasksOf.get(`${type}:${id}`) ?? [])].flatMap((taskId) => {
    const task = account.tasks.get(taskId)
    return task && !task.is_completed ? [task] : []
  })
}

function taskLines(tasks: readonly Task[], account: Account, place: (task: Task) => Html): Html[] {
  return tasks
    .toSorted((left, right) => left.complete_till - right.complete_till)
    .map((task) => {
      const who = userName(task.responsible_user_id, account)
      return html`<li>${momentInWords(task.complete_till, account)} ${task.text} (${who})${place(task)}</li>\n`
    })
}

function taskPlace({ entity_type: type, entity_id: id }: Task, account: Account): Html {
  const card = type === null || id === null ? undefined : cardOf(account, type, id)
  return card && type !== null ? html` — ${cardLink(type, card)}` : html``
}

function noteLines(account: Account, type: CardType, id: number): Html[] {
  return [...account.notes.values()]
    .filter((note) => note.entity_type === type && note.entity_id === id)
    .sort((left, right) => right.created_at - left.created_at || right.id - left.id)
    .slice(0, MOST_NOTES)
    .map(({ created_at, note_type, params }) => {
      const text = typeof params.text === 'string' ? params.text : (NOTE[note_type] ?? note_type)
      return html`<li>${momentInWords(created_at, account)} ${text}</li>\n`
    })
}

const NOTE: Readonly<Record<string, string>> = { call_in: 'Входящий звонок', call_out: 'Исходящий звонок' }
