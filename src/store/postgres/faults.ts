import type { Fault, Reason } from '../faults.ts'

/** SQLSTATEs, or their first two characters, that are not the fault of the statement. */
const STATES: Readonly<Record<string, Reason>> = {
  '08': 'unreachable',
  '28': 'unreachable',
  '3D': 'unreachable',
  '53': 'busy',
  '53100': 'disk_full',
  '25006': 'read_only',
  '25P03': 'busy',
  '40': 'busy',
  '55P03': 'locked',
  '57': 'unreachable',
  '57014': 'busy',
  '58': 'broken',
  XX: 'broken',
}

/** What the driver says in words only. */
const SENTENCES: readonly [RegExp, Reason][] = [
  [/timeout exceeded when trying to connect/, 'busy'],
  [/query read timeout/i, 'unreachable'],
  [
    /connection (terminated|ended)|connection error|not queryable|client was closed|after calling end/i,
    'unreachable',
  ],
]

/** What an error of `pg` says about the engine, or nothing when it is about the statement. */
export function postgresFault(error: unknown): Fault | undefined {
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !('syscall' in error)) {
    const reason = STATES[code] ?? STATES[code.slice(0, 2)]
    return reason && { reason, code }
  }
  if (code !== undefined && 'syscall' in error) return { reason: 'unreachable', code }
  const reason = SENTENCES.find(([words]) => words.test(error.message))?.[1]
  return reason && { reason, code: code ?? error.message }
}

/** The server is there and turns this user, password or database name down. */
export function isRefusal({ code }: Fault): boolean {
  return /^(28|3D)...$/.test(code)
}
