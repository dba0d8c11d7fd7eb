import { expect, it } from 'vitest'
import { AppError } from '../../../kernel/errors.ts'
import { parseDue } from './due.ts'
import { isoInZone } from './zone.ts'

const moscow = { now: Date.parse('2026-11-20T10:30:00+03:00'), zone: 'Europe/Moscow' }

it.each([
  ['2026-11-21T15:00:00+05:00', '2026-11-21T13:00:00+03:00'],
  ['2026-11-21T15:00:00Z', '2026-11-21T18:00:00+03:00'],
  ['2026-11-21T15:00', '2026-11-21T15:00:00+03:00'],
  ['2026-11-21 15:00:00', '2026-11-21T15:00:00+03:00'],
  ['2026-11-21', '2026-11-21T23:59:00+03:00'],
  ['21.11.2026', '2026-11-21T23:59:00+03:00'],
  ['21.11.2026 9:30', '2026-11-21T09:30:00+03:00'],
  ['сегодня', '2026-11-20T23:59:00+03:00'],
  ['Завтра в 15:00', '2026-11-21T15:00:00+03:00'],
  ['завтра 15', '2026-11-21T15:00:00+03:00'],
  ['tomorrow at 9:05', '2026-11-21T09:05:00+03:00'],
  ['послезавтра, 11:00', '2026-11-22T11:00:00+03:00'],
  ['через 2 часа', '2026-11-20T12:30:00+03:00'],
  ['через час', '2026-11-20T11:30:00+03:00'],
  ['in 30 minutes', '2026-11-20T11:00:00+03:00'],
  ['через неделю', '2026-11-27T23:59:00+03:00'],
])('reads %s as %s', (text, expected) => {
  expect(isoInZone(parseDue(text, moscow), moscow.zone)).toBe(expected)
})

it.each(['', 'скоро', '2026-02-31', 'завтра 25:00', '2026-11-21T15:61', '3026-01-01', 'через 2 месяца'])(
  'refuses %j, which names no moment',
  (text) => {
    expect(() => parseDue(text, moscow)).toThrow(AppError)
  },
)

it('refuses a moment that has passed and says what time it is', () => {
  expect(() => parseDue('сегодня 10:00', moscow)).toThrow(/2026-11-20T10:30:00\+03:00/)
})

it('counts a day by the zone of the account, not of the server', () => {
  const sydney = { now: Date.parse('2026-11-20T20:00:00Z'), zone: 'Australia/Sydney' }
  expect(isoInZone(parseDue('завтра 09:00', sydney), sydney.zone)).toBe('2026-11-22T09:00:00+11:00')
})

it('keeps the wall clock over a change of summer time', () => {
  const berlin = { now: Date.parse('2026-10-24T12:00:00Z'), zone: 'Europe/Berlin' }
  expect(isoInZone(parseDue('завтра 12:00', berlin), berlin.zone)).toBe('2026-10-25T12:00:00+01:00')
})

it('writes a zone with half an hour and a zone west of Greenwich', () => {
  expect(isoInZone(1_795_000_000, 'Asia/Kolkata')).toMatch(/\+05:30$/)
  expect(isoInZone(1_795_000_000, 'America/St_Johns')).toMatch(/-03:30$/)
})
