import { createNote } from '../activities/note-write.ts'
import { createTask } from '../activities/task-write.ts'
import type { Lead } from '../records.ts'
import { isClosed } from '../settings/stages.ts'
import type { Account } from '../state.ts'
import { fieldNamed } from './fields.ts'
import type { Random } from './random.ts'

const day = 86_400

/** The tasks and notes of one deal: what was done, what is planned, what is overdue, and deals left alone. */
export function seedWork(account: Account, random: Random, lead: Lead, now: number): void {
  seedNotes(account, random, lead, now)
  for (
    let at = lead.created_at + 2 * 3600;
    at < Math.min(lead.updated_at, now);
    at += random.between(5, 15) * day
  ) {
    finishedTask(account, random, lead, at)
  }
  if (isClosed(lead.status_id) || random.chance(0.28)) return
  const overdue = random.chance(0.4)
  const due = overdue ? now - random.between(1, 12) * day : now + random.between(0, 9) * day + 4 * 3600
  const by = account.users.get(lead.responsible_user_id)?.is_active
    ? lead.responsible_user_id
    : account.ownerId
  const task = {
    text: random.pick([
      'Позвонить и уточнить сроки',
      'Отправить КП',
      'Согласовать дату замера',
      'Напомнить о предоплате',
      'Проверить готовность заказа',
    ]),
    complete_till: overdue || random.chance(0.5) ? due : endOfDay(due, account),
    entity_id: lead.id,
    entity_type: 'leads',
    task_type_id: random.pick([1, 1, 1, 2, 2_714_503]),
    responsible_user_id: by,
    created_by: by,
    created_at: Math.max(lead.created_at, Math.min(due, now) - 3 * day),
  }
  createTask(task, account, by, now)
}

/** 23:59 of the account's day: how "all day" is written. */
function endOfDay(at: number, { zoneOffsetSeconds: zone }: Account): number {
  return Math.floor((at + zone) / day) * day + day - 60 - zone
}

function finishedTask(account: Account, random: Random, lead: Lead, at: number): void {
  const by = lead.responsible_user_id
  const till = at + random.between(2, 30) * 3600
  const task = {
    text: random.pick(['Связаться с клиентом', 'Подготовить расчёт', 'Встреча на объекте']),
    complete_till: till,
    entity_id: lead.id,
    entity_type: 'leads',
    task_type_id: random.pick([1, 1, 2]),
    responsible_user_id: by,
    created_by: by,
    created_at: at,
    updated_at: till,
    is_completed: true,
    result: {
      text: random.pick([
        'Договорились созвониться',
        'Клиент думает',
        'Отправил расчёт на почту',
        'Замер подтверждён',
      ]),
    },
  }
  createTask(task, account, by, at)
}

function seedNotes(account: Account, random: Random, lead: Lead, now: number): void {
  const [contact] = account.links.of({ type: 'leads', id: lead.id }, 'contacts')
  const phones = account.contacts
    .get(contact?.id ?? 0)
    ?.fields.get(fieldNamed(account, 'contacts', 'Телефон').id)
  const phone = String(phones?.[0]?.value ?? '')
  const by = lead.responsible_user_id
  const write = (note_type: string, params: object, after: number) => {
    const at = Math.min(lead.created_at + after, now - 60)
    createNote({ note_type, params, created_by: by, created_at: at }, account, 'leads', lead.id, by, at)
  }
  if (lead.created_by === 0)
    write('service_message', { service: 'Форма на сайте', text: 'Заявка с сайта' }, 1)
  if (random.chance(0.6)) write('common', { text: random.pick(remarks) }, random.between(1, 40) * 3600)
  if (random.chance(0.5) && contact) {
    const type = random.pick(['call_in', 'call_out'])
    const uniq = `call-${lead.id}`
    const params = {
      uniq,
      duration: random.between(0, 420),
      source: 'АТС',
      link: '',
      phone,
      call_status: random.pick([2, 4, 4, 6]),
    }
    write(type, params, random.between(1, 50) * 3600)
  }
}

const remarks = [
  'Просит белый профиль и откосы в цвет.',
  'Обещал вернуться с решением после выходных.',
  'Сравнивает с двумя другими компаниями, важна цена.',
  'Нужен монтаж до конца месяца.',
  'Интересует рассрочка на полгода.',
  'Доступ на объект только после 18:00.',
  'Просит прислать договор на почту.',
  'Ждёт звонка от замерщика.',
]
