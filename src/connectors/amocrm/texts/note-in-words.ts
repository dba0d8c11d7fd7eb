import { clip } from '../cards/clip.ts'
import type { Note } from '../client/notes.ts'

const MOST_LETTERS = 500

/** One line about a note: what kind of event it was, and what it says. The text is somebody's data. */
export function noteInWords({ note_type: type, params }: Note): string {
  const read = (key: string) => {
    const value = params[key]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  const label = LABELS.get(type) ?? type
  const isCall = type === 'call_in' || type === 'call_out'
  const parts = isCall
    ? [read('phone'), duration(Number(read('duration'))), read('call_result')]
    : [read('phone'), read('text') || read('file_name') || read('url')]
  const said = parts.filter((part) => part !== '').join(', ')
  return clip([label, said].filter((part) => part !== '').join(': '), MOST_LETTERS)
}

const LABELS = new Map([
  ['common', ''],
  ['call_in', 'Входящий звонок'],
  ['call_out', 'Исходящий звонок'],
  ['sms_in', 'Входящее SMS'],
  ['sms_out', 'Исходящее SMS'],
  ['attachment', 'Файл'],
  ['service_message', 'Сервисное сообщение'],
  ['extended_service_message', 'Сервисное сообщение'],
  ['geolocation', 'Геолокация'],
  ['site_visit', 'Визит на сайт'],
  ['amomail_message', 'Письмо'],
])

function duration(seconds: number): string {
  if (!(seconds > 0)) return ''
  return seconds < 60 ? `${seconds} с` : `${Math.floor(seconds / 60)} мин ${Math.round(seconds % 60)} с`
}
