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
  [/error establishing an SSL connection|stream was destroyed/, 'unreachable'],
]

/** The server answers that it does not encrypt. */
export const NO_TLS = 'NO_TLS'
/** Before the system's code, for a file that the address names. */
export const FILE = 'FILE '

/** Codes of OpenSSL and of Node for an encrypted connection that does not come about, or a certificate not trusted. */
const TLS =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|CRL_|INVALID_(CA|PURPOSE)$|PATH_LENGTH_|HOSTNAME_|ERROR_IN_)/

/** What an error of `pg` says about the engine, or nothing when it is about the statement. */
export function postgresFault(error: unknown): Fault | undefined {
  if (!(error instanceof Error)) return undefined
  const code = codeOf(error)
  if (code !== undefined) {
    if (isSqlState(code)) {
      const reason = STATES[code] ?? STATES[code.slice(0, 2)]
      return reason && { reason, code }
    }
    if ('syscall' in error && error.syscall === 'open') return { reason: 'unreachable', code: FILE + code }
    // A connection that ends during the handshake has the system's code without its call.
    const isLost = 'syscall' in error || /^E[A-Z]+$/.test(code) || TLS.test(code)
    if (isLost) return { reason: 'unreachable', code }
  }
  if (/does not support SSL/.test(error.message)) return { reason: 'unreachable', code: NO_TLS }
  const reason = SENTENCES.find(([words]) => words.test(error.message))?.[1]
  return reason && { reason, code: code ?? error.message }
}

/** The same for an error of connecting, which is never about a statement; nothing when it is about the address itself. */
export function connectionFault(error: unknown, hasConnected: boolean): Fault | undefined {
  const known = postgresFault(error)
  if (known !== undefined || !(error instanceof Error)) return known
  const code = codeOf(error)
  if (code !== undefined && isSqlState(code)) return { reason: 'unreachable', code }
  return hasConnected ? { reason: 'unreachable', code: code ?? error.name } : undefined
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Their classes begin with a digit, or with one of these letters. */
function isSqlState(code: string): boolean {
  return /^[0-9FHPX][0-9A-Z]{4}$/.test(code)
}
