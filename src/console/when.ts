import type { Language } from './language.ts'

/** A day in words, such as "20 ноября 2026 г."; by UTC, since nobody has told where the reader is. */
export function dayOf(at: number, lang: Language): string {
  const day = new Intl.DateTimeFormat(lang === 'ru' ? 'ru' : 'en-GB', { dateStyle: 'long', timeZone: 'UTC' })
  // "г." alone on a line says nothing.
  return day.format(at).replace(/ (?=г\.$)/, '\u00A0')
}

const STEPS = [
  ['minute', 60_000, 60],
  ['hour', 60 * 60_000, 24],
  ['day', 24 * 60 * 60_000, 30],
] as const

/** How long ago that was, such as "5 минут назад"; a month and more ago the day. */
export function agoOf(at: number, now: number, lang: Language): string {
  const words = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' })
  const passed = Math.max(0, now - at)
  const step = STEPS.find(([, length, most]) => passed < length * most)
  if (step === undefined) return dayOf(at, lang)
  const [unit, length] = step
  return words.format(-Math.floor(passed / length), unit)
}
