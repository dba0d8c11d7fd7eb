/** A moment as clocks on the wall show it: month and day count from 1. */
export interface LocalTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
}

/**
 * A moment in the account's zone as ISO 8601 with its offset, for example `2026-11-21T15:00:00+03:00`.
 * A card may hold any number as a time: what is in none of the years 1 to 9999 is shown as `—`.
 * @param unixSeconds as amoCRM stores every time.
 * @param zone IANA name, for example `Europe/Moscow`.
 */
export function isoInZone(unixSeconds: number, zone: string): string {
  if (!isInCalendar(unixSeconds)) return '—'
  const offset = offsetSeconds(unixSeconds, zone)
  const local = new Date((unixSeconds + offset) * 1000).toISOString().slice(0, 19)
  const minutes = Math.abs(offset) / 60
  const clock = [Math.floor(minutes / 60), Math.floor(minutes % 60)].map((part) =>
    String(part).padStart(2, '0'),
  )
  return `${local}${offset < 0 ? '-' : '+'}${clock.join(':')}`
}

/** Whether a moment is in the years 1 to 9999 in every zone. */
export function isInCalendar(unixSeconds: number): boolean {
  return unixSeconds >= FIRST && unixSeconds <= LAST
}

const FIRST = Date.parse('0001-01-02T00:00:00Z') / 1000
const LAST = Date.parse('9999-12-30T00:00:00Z') / 1000

/** The calendar day and time of a moment in a zone. */
export function localTime(unixSeconds: number, zone: string): LocalTime {
  const date = new Date((unixSeconds + offsetSeconds(unixSeconds, zone)) * 1000)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  }
}

/**
 * The moment (Unix seconds) at which clocks in the zone show this time, or nothing when there is no such day or time.
 * A time that summer time skips is as much later as the clocks were put forward; of one that comes twice, the first
 * is meant.
 */
export function unixAt({ year, month, day, hour, minute }: LocalTime, zone: string): number | undefined {
  // Years below 100 are 1900s to Date.UTC, so they are refused by the check as well.
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute))
  const isSameDay =
    date.getUTCFullYear() === year && date.getUTCMonth() + 1 === month && date.getUTCDate() === day
  const wall = date.getTime() / 1000
  if (!isSameDay || hour > 23 || minute > 59 || !isInCalendar(wall)) return undefined
  const before = offsetSeconds(wall - DAY, zone)
  const after = offsetSeconds(wall + DAY, zone)
  const fits = [before, after].find((offset) => offsetSeconds(wall - offset, zone) === offset)
  return wall - (fits ?? before)
}

const DAY = 24 * 3600

/** The zone itself, or UTC when it is missing or nobody here knows it. */
export function knownZone(zone = ''): string {
  try {
    formatter(zone)
    return zone
  } catch (error) {
    if (error instanceof RangeError) return 'UTC'
    throw error
  }
}

/** Seconds east of Greenwich, on that moment, in that zone. */
function offsetSeconds(unixSeconds: number, zone: string): number {
  const seconds = Math.floor(unixSeconds)
  const parts = formatter(zone).formatToParts(seconds * 1000)
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value)
  const wall = new Date(0)
  wall.setUTCFullYear(part('year'), part('month') - 1, part('day'))
  wall.setUTCHours(part('hour'), part('minute'), part('second'))
  return wall.getTime() / 1000 - seconds
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(zone, made)
  return made
}
