import type { LocalTime } from './zone.ts'

/** A day in words (lower case, single blanks, no ё) as its midnight; the day itself may not exist. */
export type ReadDay = (words: string, today: LocalTime) => LocalTime | undefined

/** `2026-11-21`, `21.11.2026`, «21 ноября 2026», «завтра», «через 3 дня»: days that are the same whoever reads them. */
export function readDay(words: string, today: LocalTime): LocalTime | undefined {
  const ahead = NAMED_DAYS.get(words) ?? daysOfDelay(words)
  return ahead === undefined ? writtenDay(words) : later(today, ahead)
}

/** «в понедельник», «25 ноября», «25.11»: the next one that comes. A weekday is never today. */
export function comingDay(words: string, today: LocalTime): LocalTime | undefined {
  const weekday = WEEKDAYS.findIndex((name) => name.test(words))
  if (weekday >= 0) return later(today, ((weekday - weekdayOf(today) + 6) % 7) + 1)
  const [, day, month] = /^(\d{1,2})\.(\d{1,2})\.?$/.exec(words) ?? []
  const [, dayOfNamed, name = ''] = /^(\d{1,2}) ([a-zа-я]+)$/.exec(words) ?? []
  const coming = {
    month: month === undefined ? monthOf(name) : Number(month),
    day: Number(day ?? dayOfNamed),
    hour: 0,
    minute: 0,
  }
  if (Number.isNaN(coming.day) || coming.month === 0) return undefined
  const isOver = coming.month < today.month || (coming.month === today.month && coming.day < today.day)
  return { year: today.year + (isOver ? 1 : 0), ...coming }
}

const NAMED_DAYS = new Map([
  ['сегодня', 0],
  ['today', 0],
  ['до конца дня', 0],
  ['завтра', 1],
  ['tomorrow', 1],
  ['послезавтра', 2],
])

/** From Sunday, as JavaScript counts. */
const WEEKDAYS = [
  /^((в )?воскресенье|(on )?sunday)$/,
  /^((в )?понедельник|(on )?monday)$/,
  /^((во )?вторник|(on )?tuesday)$/,
  /^((в )?сред[ау]|(on )?wednesday)$/,
  /^((в )?четверг|(on )?thursday)$/,
  /^((в )?пятниц[ау]|(on )?friday)$/,
  /^((в )?суббот[ау]|(on )?saturday)$/,
]

const MONTHS = [
  /^(января|january|jan)$/,
  /^(февраля|february|feb)$/,
  /^(марта|march|mar)$/,
  /^(апреля|april|apr)$/,
  /^(мая|may)$/,
  /^(июня|june|jun)$/,
  /^(июля|july|jul)$/,
  /^(августа|august|aug)$/,
  /^(сентября|september|sep)$/,
  /^(октября|october|oct)$/,
  /^(ноября|november|nov)$/,
  /^(декабря|december|dec)$/,
]

/** 1 to 12; 0 for what is no month. */
function monthOf(name: string): number {
  return MONTHS.findIndex((month) => month.test(name)) + 1
}

/** «через 3 дня», `in a week`. */
function daysOfDelay(words: string): number | undefined {
  const [, count = '1', unit = ''] = /^(?:через|in) (?:(\d{1,3}|an?) )?([a-zа-я]+)$/.exec(words) ?? []
  const length = /^(день|дня|дней|days?)$/.test(unit) ? 1 : /^(недел[юиь]|weeks?)$/.test(unit) ? 7 : undefined
  return length && (Number(count) || 1) * length
}

function writtenDay(words: string): LocalTime | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(words) ?? []
  const [, ruDay, ruMonth, ruYear] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(words) ?? []
  const [, wordDay, wordMonth = '', wordYear] =
    /^(\d{1,2}) ([a-zа-я]+) (\d{4})(?: г(?:ода|\.)?)?$/.exec(words) ?? []
  const named = monthOf(wordMonth) || undefined
  const parts = [year ?? ruYear ?? wordYear, month ?? ruMonth ?? named, day ?? ruDay ?? wordDay].map(Number)
  const [y = Number.NaN, m = Number.NaN, d = Number.NaN] = parts
  return parts.some(Number.isNaN) ? undefined : { year: y, month: m, day: d, hour: 0, minute: 0 }
}

function weekdayOf({ year, month, day }: LocalTime): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay()
}

function later(today: LocalTime, days: number): LocalTime {
  const date = new Date(Date.UTC(today.year, today.month - 1, today.day + days))
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: 0,
    minute: 0,
  }
}
