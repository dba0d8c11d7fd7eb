import { type LocalTime, localTime, unixAt } from './zone.ts'

export interface Here {
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  /** IANA name of the account's zone. */
  readonly zone: string
}

/** A day, or a moment in Unix seconds. */
export type Moment = { readonly at: number } | { readonly day: LocalTime }

/**
 * ISO 8601 with or without offset, `2026-11-21`, `21.11.2026`, «завтра», «завтра в 15:00», «через 2 часа»,
 * `in 3 days`. Without an offset the account's zone is meant. Nothing when the text is none of these.
 */
export function parseMoment(text: string, { now, zone }: Here): Moment | undefined {
  const asked = text.trim().toLowerCase().replace(/\s+/g, ' ')
  const seconds = Math.floor(now / 1000)
  const today = localTime(seconds, zone)
  return withOffset(asked) ?? delayed(asked, seconds, today) ?? onDay(asked, today, zone)
}

/** ISO 8601 with an offset or Z. */
function withOffset(text: string): Moment | undefined {
  if (!/^\d{4}-\d\d-\d\d[t ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(z|[+-]\d\d:?\d\d)$/.test(text)) return undefined
  const milliseconds = Date.parse(
    text
      .toUpperCase()
      .replace(/ (?=[Z+-])/, '')
      .replace(' ', 'T'),
  )
  return Number.isNaN(milliseconds) ? undefined : { at: Math.floor(milliseconds / 1000) }
}

/** «через 2 часа», `in 30 minutes`, «через неделю». */
function delayed(text: string, now: number, today: LocalTime): Moment | undefined {
  const [, count = '1', unit = ''] = /^(?:через|in) (?:(\d{1,3}|an?) )?([a-zа-я]+)$/.exec(text) ?? []
  const many = Number(count) || 1
  const length = UNITS.find(([name]) => name.test(unit))?.[1]
  if (length === undefined) return undefined
  return length < DAY ? { at: now + many * length } : { day: later(today, (many * length) / DAY) }
}

const DAY = 24 * 3600
const UNITS: readonly [RegExp, number][] = [
  [/^(минут[уы]?|minutes?)$/, 60],
  [/^(час(а|ов)?|hours?)$/, 3600],
  [/^(день|дня|дней|days?)$/, DAY],
  [/^(недел[юиь]|weeks?)$/, 7 * DAY],
]

function onDay(text: string, today: LocalTime, zone: string): Moment | undefined {
  const [, dayText = '', hour, minute = '0'] = DAY_AND_TIME.exec(text) ?? []
  const ahead = NAMED_DAYS.get(dayText)
  const day = ahead === undefined ? writtenDay(dayText) : later(today, ahead)
  if (!day || unixAt(day, zone) === undefined) return undefined
  if (hour === undefined) return { day }
  const at = unixAt({ ...day, hour: Number(hour), minute: Number(minute) }, zone)
  return at === undefined ? undefined : { at }
}

const DAY_AND_TIME = /^(\S+?)(?:(?:,? (?:в |at )?|t)(\d{1,2})(?::(\d\d)(?::\d\d(?:\.\d+)?)?)?)?$/

const NAMED_DAYS = new Map([
  ['сегодня', 0],
  ['today', 0],
  ['завтра', 1],
  ['tomorrow', 1],
  ['послезавтра', 2],
])

function writtenDay(text: string): LocalTime | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []
  const [, ruDay, ruMonth, ruYear] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? []
  const parts = [year ?? ruYear, month ?? ruMonth, day ?? ruDay].map(Number)
  const [y = Number.NaN, m = Number.NaN, d = Number.NaN] = parts
  return parts.some(Number.isNaN) ? undefined : { year: y, month: m, day: d, hour: 0, minute: 0 }
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
