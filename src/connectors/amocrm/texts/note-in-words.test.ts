import { expect, it } from 'vitest'
import { noteInWords } from './note-in-words.ts'

const note = (note_type: string, params: Record<string, unknown>) => ({
  id: 1,
  entity_id: 1,
  note_type,
  params,
  responsible_user_id: 0,
  created_by: 0,
  updated_by: 0,
  created_at: 0,
  updated_at: 0,
})

it.each([
  ['common', { text: 'Просил\nскидку' }, 'Просил / скидку'],
  ['call_in', { phone: '+74950001234', duration: 185 }, 'Входящий звонок: +74950001234, 3 мин 5 с'],
  ['call_out', { phone: '+74950001234', duration: '0' }, 'Исходящий звонок: +74950001234'],
  ['sms_out', { phone: '+74950001234', text: 'Ждём' }, 'Исходящее SMS: +74950001234, Ждём'],
  ['attachment', { file_name: 'план.pdf' }, 'Файл: план.pdf'],
  ['service_message', { service: 'Сайт', text: 'Заявка' }, 'Сервисное сообщение: Заявка'],
  ['new_kind', {}, 'new_kind'],
  ['common', {}, ''],
])('tells a %s note %j as «%s»', (type, params, expected) => {
  expect(noteInWords(note(type, params))).toBe(expected)
})
