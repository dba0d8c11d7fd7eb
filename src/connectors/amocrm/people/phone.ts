import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** Longer text holds more than a phone; to look for one in it takes long. */
const LONGEST = 100

/** True for text that can only be a phone: digits with the usual signs, at least four of them. */
export function looksLikePhone(text: string): boolean {
  if (text.length > LONGEST) return false
  const bare = withoutExtension(text)
  return /^(?:tel:|тел\.?:?|phone:?)?[\s\d+()\-–‑./]+$/i.test(bare) && digitsOf(bare).length >= 4
}

/**
 * A phone in the international form that is stored on create, `+74950001234`; nothing when it cannot be a whole number.
 * @param country ISO 3166 code of the account, for numbers written without a country code.
 */
export function toE164(text: string, country: string): string | undefined {
  if (text.length > LONGEST) return undefined
  const home: CountryCode = isSupportedCountry(country) ? country : 'RU'
  const number = parsePhoneNumberFromString(withoutExtension(text), home)
  return number?.isPossible() ? number.number : undefined
}

/**
 * The same line, however the two are written. Two whole numbers are compared whole, country code and all; what is
 * no whole number by the last ten digits, as amoCRM itself matches calls. A shorter `asked` (a local number) matches
 * by its ending.
 */
export function isSamePhone(asked: string, stored: string, country: string): boolean {
  if (asked.length > LONGEST || stored.length > LONGEST) return false
  const [wanted, have] = [digitsOf(withoutExtension(asked)), digitsOf(withoutExtension(stored))]
  if (wanted.slice(-4) !== have.slice(-4) || have.length > MOST_DIGITS) return false
  const [left, right] = [toE164(asked, country), toE164(stored, country)]
  if (left !== undefined && left === right) return true
  if (wanted.length < 10) return wanted.length >= 4 && have.endsWith(wanted)
  if (left !== undefined && right !== undefined) return false
  const bothInternational = isInternational(asked) && isInternational(stored)
  return !bothInternational && wanted.slice(-10) === have.slice(-10)
}

/** Of the longest number with the longest way of dialling abroad; more are two numbers in one text. */
const MOST_DIGITS = 18

/** The phones of one value: people type two into the same box, `8 495 000-21-21, 8 495 000-22-22`. */
export function eachPhone(value: string): string[] {
  if (value.length > LONGEST_LIST) return [value]
  const parts = value.split(/[;/\n]|,(?!\s*(?:доб|ext|x|#))/i).map((part) => part.trim())
  const phones = parts.filter((part) => digitsOf(part).length >= 4)
  return phones.length > 0 ? phones : [value]
}

const LONGEST_LIST = 500

/**
 * What to ask amoCRM for: `query` is a substring search over text that people typed, so «8 (495) 000-12-34» is found
 * only by a piece of it. The endings cover the usual ways to group seven local digits.
 */
export function phoneQueries(text: string): string[] {
  const digits = text.length > LONGEST ? '' : digitsOf(withoutExtension(text))
  if (digits === '') return []
  const last = digits.slice(-7)
  if (last.length < 7) return [digits]
  const [head, middle, end] = [last.slice(0, 3), last.slice(3, 5), last.slice(5)]
  const endings = [
    `${head}-${middle}-${end}`,
    last,
    `${head} ${middle} ${end}`,
    `${head}-${middle}${end}`,
    `${head} ${middle}${end}`,
  ]
  return [...new Set([digits.slice(-10), ...endings])]
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '')
}

/** Drops «доб. 12», `ext 12`, `#12`: the extension is not part of the line. */
function withoutExtension(text: string): string {
  return text.trim().replace(/[\s,;]*(?:доб(?:авочный)?\.?|ext\.?|x|#)\s*:?\s*\d{1,6}$/i, '')
}

function isInternational(text: string): boolean {
  return text.trim().startsWith('+')
}
