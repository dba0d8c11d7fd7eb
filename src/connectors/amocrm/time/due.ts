import { AppError } from '../../../kernel/errors.ts'
import { comingDay } from './day.ts'
import { type Here, parseMoment } from './moment.ts'
import { isoInZone, unixAt } from './zone.ts'

/**
 * When a task is due, in Unix seconds. A day without a time means its end, 23:59, as amoCRM itself writes tasks
 * for a whole day.
 * @throws AppError `invalid_input` when the text names no moment, or one that has passed.
 */
export function parseDue(text: string, here: Here): number {
  const moment = parseMoment(text, here, comingDay)
  const due =
    moment && ('at' in moment ? moment.at : unixAt({ ...moment.day, hour: 23, minute: 59 }, here.zone))
  const now = Math.floor(here.now / 1000)
  if (due === undefined || due > now + TEN_YEARS) {
    throw new AppError('invalid_input', 'This due time is not understood.', {
      hint: 'Give ISO 8601 (2026-11-21T15:00), a date (2026-11-21), or a word with a time («завтра 15:00»).',
    })
  }
  if (due < now) {
    throw new AppError('invalid_input', `This due time has passed: it is ${isoInZone(now, here.zone)} now.`, {
      hint: "Give a time in the future, in the account's zone.",
    })
  }
  return due
}

const TEN_YEARS = 10 * 366 * 24 * 3600
