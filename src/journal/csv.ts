import type { Found } from './search.ts'

const COLUMNS = [
  'seq',
  'at',
  'by',
  'user',
  'client',
  'tool',
  'account',
  'access',
  'decision',
  'outcome',
  'ms',
  'in',
  'out',
  'args',
  'replayed',
  'incident',
] as const

/** RFC 4180: a header, commas, CRLF, quotes where they are needed. */
export const CSV_HEADER = `${[...COLUMNS, 'hash'].join(',')}\r\n`

export function toCsv({ entry, hash }: Found): string {
  const values = COLUMNS.map((name) => (name === 'args' ? JSON.stringify(entry.args) : entry[name]))
  return `${[...values, hash].map(cell).join(',')}\r\n`
}

function cell(value: unknown): string {
  const text = value === undefined ? '' : String(value)
  // A spreadsheet would run these as a formula; the apostrophe makes them text, and stays to be seen.
  const safe = RUNS.test(text) ? `'${text}` : text
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Also in the full width of Asian keyboards, and behind blanks that a spreadsheet takes away. */
const RUNS = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/
const QUOTED = /[",\r\n]/
