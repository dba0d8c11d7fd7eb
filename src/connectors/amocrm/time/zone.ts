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
 * @param unixSeconds as amoCRM stores every time.
 * @param zone IANA name, for example `Europe/Moscow`.
 */
export function isoInZone(unixSeconds: number, zone: string): string {
  const offset = offsetSeconds(unixSeconds, zone)
  const local = new Date((unixSeconds + offset) * 1000).toISOString().slice(0, 19)
  const minutes = Math.abs(offset) / 60
  const clock = [Math.floor(minutes / 60), Math.floor(minutes % 60)].map((part) =>
    String(part).padStart(2, '0'),
  )
  return `${local}${offset < 0 ? '-' : '+'}${clock.join(':')}`
}

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

/** The moment (Unix seconds) at which clocks in the zone show this time, or nothing when there is no such day or time. */
export function unixAt({ year, month, day, hour, minute }: LocalTime, zone: string): number | undefined {
  const wall = Date.UTC(year, month - 1, day, hour, minute) / 1000
  const date = new Date(wall * 1000)
  const exists = date.getUTCDate() === day && date.getUTCMonth() + 1 === month && hour < 24 && minute < 60
  if (!exists) return undefined
  const guess = wall - offsetSeconds(wall, zone)
  return wall - offsetSeconds(guess, zone)
}

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
  const parts = formatter(zone).formatToParts(unixSeconds * 1000)
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value)
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return wall / 1000 - unixSeconds
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
