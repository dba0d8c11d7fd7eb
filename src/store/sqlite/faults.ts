import type { Fault, Reason } from '../faults.ts'

/** The primary result codes of https://sqlite.org/rescode.html that are not the fault of the statement. */
const REASONS: Readonly<Record<number, Reason>> = {
  3: 'read_only',
  5: 'locked',
  6: 'locked',
  7: 'busy',
  8: 'read_only',
  10: 'broken',
  11: 'broken',
  13: 'disk_full',
  14: 'broken',
  15: 'locked',
  23: 'read_only',
  26: 'broken',
}

/** Extended codes that say more: `SQLITE_READONLY_DBMOVED` (somebody took the file away), `SQLITE_IOERR_SHMSIZE`. */
const EXTENDED: Readonly<Record<number, Reason>> = { 1032: 'broken', 4874: 'disk_full' }

const CLOSED = ['database is not open', 'statement has been finalized']

/** What an error of `node:sqlite` says about the engine, or nothing when it is about the statement. */
export function sqliteFault(error: unknown): Fault | undefined {
  if (error instanceof Error && CLOSED.includes(error.message)) {
    return { reason: 'unreachable', code: 'CLOSED' }
  }
  const code = resultCode(error)
  const reason = EXTENDED[code] ?? REASONS[code & 0xff]
  return reason && { reason, code: `SQLITE_${code}` }
}

export function isBusy(error: unknown): boolean {
  const primary = resultCode(error) & 0xff
  return primary === 5 || primary === 6
}

function resultCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0
}

/** What the system says when a file cannot be opened, made or brought to the disk. */
export function fileFault(error: unknown): Fault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'
  const reasons: Record<string, Reason> = {
    EACCES: 'read_only',
    EDQUOT: 'disk_full',
    EFBIG: 'disk_full',
    ENOSPC: 'disk_full',
    EPERM: 'read_only',
    EROFS: 'read_only',
  }
  return { reason: reasons[code] ?? 'broken', code }
}
