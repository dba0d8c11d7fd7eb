import type { Filter } from '../journal/search.ts'
import { AppError } from '../kernel/errors.ts'

/** The options of `mostik journal`. */
export const READING = {
  follow: { type: 'boolean' },
  since: { type: 'string' },
  until: { type: 'string' },
  tool: { type: 'string' },
  user: { type: 'string' },
  client: { type: 'string' },
  account: { type: 'string' },
  outcome: { type: 'string' },
  limit: { type: 'string' },
  format: { type: 'string' },
} as const

const FORMATS = ['text', 'jsonl', 'csv'] as const

export interface JournalRequest {
  readonly format: (typeof FORMATS)[number]
  /** So many of the newest; all without it. */
  readonly limit: number | undefined
  readonly follows: boolean
  readonly filter: Filter
}

type Values = { readonly [Name in keyof typeof READING]?: string | boolean | undefined }

/** These many are kept in memory to be shown in their order. */
const MOST = 10_000
/** What fits on a few screens, when nothing else is asked for. */
const USUAL = 100
const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7, w: 6.048e8 }

/** @throws AppError `invalid_input` naming the option that is wrong */
export function readRequest(values: Values, now: number): JournalRequest {
  const { tool, user, client, account, outcome } = values
  const names = { tool, user, client, account, outcome } as Filter
  const format = FORMATS.find((name) => name === (values.format ?? 'text'))
  if (format === undefined) throw wrong('--format must be text, jsonl or csv.')
  const since = readTime('--since', values.since, now)
  const until = readTime('--until', values.until, now)
  const isPeriod = since !== undefined || until !== undefined
  const isExport = format !== 'text' && values.follow !== true
  return {
    format,
    limit: readLimit(values.limit) ?? (isPeriod || isExport ? undefined : USUAL),
    follows: values.follow === true,
    filter: { ...names, since, until },
  }
}

/** `2d` is two days ago; a date or a time without a zone is of this machine. */
function readTime(option: string, value: string | boolean | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  const text = String(value).trim()
  const [, amount, unit = ''] = /^(\d{1,6}) ?([smhdw])$/.exec(text) ?? []
  if (amount !== undefined) return now - Number(amount) * (UNITS[unit] ?? 0)
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text)
  const time = ISO.test(text) ? Date.parse(isDate ? `${text}T00:00` : text) : Number.NaN
  if (!Number.isNaN(time)) return time
  throw wrong(`${option} must be a time such as 2026-11-20, 2026-11-20T09:30 or 2d (two days ago).`)
}

const ISO = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/

function readLimit(value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined
  const limit = Number(value)
  if (/^\d{1,5}$/.test(String(value)) && limit >= 1 && limit <= MOST) return limit
  throw wrong(`--limit must be a whole number from 1 to ${MOST}; without it an export holds everything.`)
}

function wrong(message: string): AppError {
  return new AppError('invalid_input', message)
}
