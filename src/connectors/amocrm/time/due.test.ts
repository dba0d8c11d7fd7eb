import { expect, it } from 'vitest'
import { parseDue } from './due.ts'
import { parseMoment } from './moment.ts'
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
  ['через 2 дня в 15:00', '2026-11-22T15:00:00+03:00'],
  ['через полчаса', '2026-11-20T11:00:00+03:00'],
  ['завтра утром', '2026-11-21T09:00:00+03:00'],
  ['завтра днём', '2026-11-21T14:00:00+03:00'],
  ['сегодня вечером', '2026-11-20T18:00:00+03:00'],
  ['tomorrow morning', '2026-11-21T09:00:00+03:00'],
  ['15:00 завтра', '2026-11-21T15:00:00+03:00'],
  ['в 15:00', '2026-11-20T15:00:00+03:00'],
  ['завтра 9.30', '2026-11-21T09:30:00+03:00'],
  ['завтра в 9 утра', '2026-11-21T09:00:00+03:00'],
  ['в 3 часа дня завтра', '2026-11-21T15:00:00+03:00'],
  ['tomorrow at 3pm', '2026-11-21T15:00:00+03:00'],
  ['3:15 pm tomorrow', '2026-11-21T15:15:00+03:00'],
  ['завтра в 12 дня', '2026-11-21T12:00:00+03:00'],
  ['в понедельник', '2026-11-23T23:59:00+03:00'],
  ['в среду в 11:00', '2026-11-25T11:00:00+03:00'],
  ['в пятницу', '2026-11-27T23:59:00+03:00'],
  ['on Monday at 10am', '2026-11-23T10:00:00+03:00'],
  ['25 ноября', '2026-11-25T23:59:00+03:00'],
  ['25 ноября в 15:00', '2026-11-25T15:00:00+03:00'],
  ['25 ноября 2027 года', '2027-11-25T23:59:00+03:00'],
  ['1 марта', '2027-03-01T23:59:00+03:00'],
  ['20 ноября', '2026-11-20T23:59:00+03:00'],
  ['25.11', '2026-11-25T23:59:00+03:00'],
  ['25.11 9.30', '2026-11-25T09:30:00+03:00'],
  ['15:00 25.11', '2026-11-25T15:00:00+03:00'],
  ['05.01', '2027-01-05T23:59:00+03:00'],
  ['25 November', '2026-11-25T23:59:00+03:00'],
])('reads %s as %s', (text, expected) => {
  expect(isoInZone(parseDue(text, moscow), moscow.zone)).toBe(expected)
})

it.each([
  '',
  'скоро',
  '15',
  '10.30',
  '32.12',
  '30 февраля',
  'завтра 25:00',
  'завтра в 13 pm',
  '2026-02-31',
  '2026-11-21T15:61',
  '3026-01-01',
  '0000-01-01T00:00Z',
  'через 2 месяца',
  'в следующий понедельник',
])('refuses %j, which names no moment', (text) => {
  expect(() => parseDue(text, moscow)).toThrow(/not understood/)
})

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

it.each([
  ['2027-03-14 02:30', '2027-03-14T03:30:00-04:00'],
  ['2027-11-07 01:30', '2027-11-07T01:30:00-04:00'],
])('goes forward over an hour that summer time skips, and takes the first of two: %s', (text, expected) => {
  const newYork = { now: Date.parse('2027-03-01T12:00:00Z'), zone: 'America/New_York' }
  expect(isoInZone(parseDue(text, newYork), newYork.zone)).toBe(expected)
})

it.each([9e14, 9e15, -9e14, Number.POSITIVE_INFINITY, Number.NaN, 253_402_300_800, -62_200_000_000])(
  'shows %d, which is in no year of four digits, as a dash',
  (seconds) => {
    expect(isoInZone(seconds, 'Europe/Moscow')).toBe('—')
  },
)

it('shows a year of two digits as it is', () => {
  expect(isoInZone(Date.parse('0026-05-06T00:00:00Z') / 1000, 'UTC')).toBe('0026-05-06T00:00:00+00:00')
})

it.each(['0001-01-01', '0026-05-06', '0099-12-31'])('knows no day of the year in %s', (text) => {
  expect(parseMoment(text, moscow)).toBeUndefined()
})

it.each(['в понедельник', '25.11', '25 ноября'])('does not know which way to look for %s', (text) => {
  expect(parseMoment(text, moscow)).toBeUndefined()
})
