import { closeSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import type { Fault } from '../faults.ts'
import { fileFault } from './faults.ts'

/** https://sqlite.org/rescode.html: `SQLITE_IOERR_WRITE`, `_FSYNC`, `_DIR_FSYNC`, `_TRUNCATE`. */
const REFUSED_BY_THE_SYSTEM = ['SQLITE_778', 'SQLITE_1034', 'SQLITE_1290', 'SQLITE_1546']
const PAGE = Buffer.alloc(4096)

/**
 * The engine tells a full disk, and calls all else that keeps it from writing an I/O error: a used-up quota, a largest
 * size of files, a disk that became read-only. Writing a file beside the database tells which.
 */
export function writeFault(fault: Fault, databasePath: string | null): Fault {
  if (databasePath === null || !REFUSED_BY_THE_SYSTEM.includes(fault.code)) return fault
  const path = `${databasePath}-probe`
  try {
    const file = openSync(path, 'w', 0o600)
    try {
      writeSync(file, PAGE)
      ftruncateSync(file, sizeOf(databasePath) + sizeOf(`${databasePath}-wal`) + PAGE.length)
    } finally {
      closeSync(file)
      rmSync(path, { force: true })
    }
    return fault
  } catch (error) {
    const { reason, code } = fileFault(error)
    return reason === 'broken' ? fault : { reason, code }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
