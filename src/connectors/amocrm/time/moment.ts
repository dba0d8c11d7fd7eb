import { readClock } from './clock.ts'
import { type ReadDay, readDay } from './day.ts'
import { isInCalendar, type LocalTime, localTime, unixAt } from './zone.ts'

export interface Here {
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  /** IANA name of the account's zone. */
  readonly zone: string
}

/** A day, or a moment in Unix seconds. */
export type Moment = { readonly at: number } | { readonly day: LocalTime }

/**
 * ISO 8601 with or without offset, `2026-11-21`, `21.11.2026`, «завтра», «завтра в 15:00», «15:00 завтра», «завтра
 * утром», «через 2 часа», `in 3 days`. Without an offset the account's zone is meant. Nothing when the text is none
 * of these.
 * @param otherDays more words for days, for those who know which way to look.
 */
export function parseMoment(text: string, { now, zone }: Here, otherDays?: ReadDay): Moment | undefined {
  if (text.length > LONGEST) return undefined
  const asked = text.trim().toLowerCase().replaceAll('ё', 'е').replace(/\s+/g, ' ')
  const seconds = Math.floor(now / 1000)
  const today = localTime(seconds, zone)
  const dayOf: ReadDay = (words) => readDay(words, today) ?? otherDays?.(words, today)
  return withOffset(asked) ?? delayed(asked, seconds) ?? onDay(asked, today, zone, dayOf)
}

const LONGEST = 100

/** ISO 8601 with an offset or Z. */
function withOffset(text: string): Moment | undefined {
  if (!/^\d{4}-\d\d-\d\d[t ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(z|[+-]\d\d:?\d\d)$/.test(text)) return undefined
  const milliseconds = Date.parse(
    text
      .toUpperCase()
      .replace(/ (?=[Z+-])/, '')
      .replace(' ', 'T'),
  )
  const at = Math.floor(milliseconds / 1000)
  return isInCalendar(at) ? { at } : undefined
}

/** «через 2 часа», `in 30 minutes`, «через полчаса». */
function delayed(text: string, now: number): Moment | undefined {
  const [, words = ''] = /^(?:через|in) (.+)$/.exec(text) ?? []
  const [, count = '1', unit = ''] = /^(?:(\d{1,3}|an?) )?([a-zа-я]+)$/.exec(words) ?? []
  const length = HALVES.get(words) ?? (MINUTE.test(unit) ? 60 : HOUR.test(unit) ? 3600 : undefined)
  return length === undefined ? undefined : { at: now + (Number(count) || 1) * length }
}

const HALVES = new Map([
  ...['полчаса', 'пол часа', 'half an hour'].map((words) => [words, 1800] as const),
  ...['полтора часа', 'an hour and a half'].map((words) => [words, 5400] as const),
])
const MINUTE = /^(минут[уы]?|minutes?)$/
const HOUR = /^(час(а|ов)?|hours?)$/

/** A day, a time of today, or both in either order. */
function onDay(text: string, today: LocalTime, zone: string, dayOf: ReadDay): Moment | undefined {
  const day = dayOf(text, today)
  if (day) return unixAt(day, zone) === undefined ? undefined : { day }
  const alone = SURELY_CLOCK.test(text) ? readClock(text) : undefined
  if (alone) return atClock(today, alone, zone)
  const words = text.replace(/^(\d{4}-\d\d-\d\d)t(?=\d)/, '$1 ').split(' ')
  for (let count = words.length - 1; count > 0; count--) {
    const head = words.slice(0, count).join(' ').replace(/,$/, '')
    const tail = words.slice(count).join(' ')
    const [dayFirst, clockLast] = [dayOf(head, today), readClock(tail)]
    if (dayFirst && clockLast) return atClock(dayFirst, clockLast, zone)
    const [clockFirst, dayLast] = [SURELY_CLOCK.test(head) ? readClock(head) : undefined, dayOf(tail, today)]
    if (clockFirst && dayLast) return atClock(dayLast, clockFirst, zone)
  }
  return undefined
}

/** Not a bare number, and not two with a dot between: those may be a day. */
const SURELY_CLOCK = /[a-zа-я:]/

function atClock(
  day: LocalTime,
  clock: Pick<LocalTime, 'hour' | 'minute'>,
  zone: string,
): Moment | undefined {
  const at = unixAt({ ...day, ...clock }, zone)
  return at === undefined ? undefined : { at }
}
