import type { LocalTime } from './zone.ts'

/** A time of day: `15:00`, «в 9.30», «в 9», `3pm`, «9 утра», «утром». Nothing when the words are none. */
export function readClock(words: string): Pick<LocalTime, 'hour' | 'minute'> | undefined {
  const part = PARTS.get(words)
  if (part !== undefined) return { hour: part, minute: 0 }
  const [, digits, minute = '0', half] = CLOCK.exec(words) ?? []
  if (digits === undefined) return undefined
  const hour = ofDay(Number(digits), half)
  return hour === undefined || hour > 23 || Number(minute) > 59 ? undefined : { hour, minute: Number(minute) }
}

const CLOCK =
  /^(?:(?:в|к|до|at|by) )?(\d{1,2})(?:[:.](\d\d)(?::\d\d(?:\.\d+)?)?)?(?: час(?:а|ов)?)? ?(am|pm|утра|дня|вечера)?$/

/** «9 вечера» and `9pm` are 21; nothing when there is no such hour in that half of the day. */
function ofDay(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour
  if (hour < 1 || hour > 12) return undefined
  const isMorning = half === 'am' || half === 'утра'
  return (hour % 12) + (isMorning ? 0 : 12)
}

/** When people at work mean by a part of the day. */
const PARTS = new Map([
  ...['утром', 'с утра', 'morning', 'in the morning'].map((words) => [words, 9] as const),
  ...['в полдень', 'noon', 'at noon'].map((words) => [words, 12] as const),
  ...['в обед', 'к обеду'].map((words) => [words, 13] as const),
  ...['днем', 'afternoon', 'in the afternoon'].map((words) => [words, 14] as const),
  ...['после обеда'].map((words) => [words, 15] as const),
  ...['вечером', 'evening', 'in the evening'].map((words) => [words, 18] as const),
])
