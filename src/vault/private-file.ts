import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../kernel/errors.ts'

/** A process that died may have left one; a live one keeps it for milliseconds. */
const STALE_MS = 60_000
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * The text of a file that only its owner may read; nothing when there is none.
 * @throws AppError `invalid_input` with the cure, for a link, something else than a file, or one that others may read
 */
export function readPrivateFile(path: string): string | undefined {
  const file = open(path)
  if (file === undefined) return undefined
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw notOurs(path)
    // Windows has no such bits.
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) throw shared(path)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

/** Makes the file whole or not at all, safe on the disk; leaves one that is there already, also one made meanwhile. */
export function createPrivateFile(path: string, text: string): void {
  withTemporary(path, text, (temporary) => {
    try {
      linkSync(temporary, path)
    } catch (error) {
      if (isCode(error, 'EEXIST')) return
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].some((code) => isCode(error, code))) throw error
      // A file system without links, such as exFAT: there a second process could find it half written, and say so.
      writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true })
    }
  })
}

/** Exchanges the file for another in one step, safe on the disk. */
export function replacePrivateFile(path: string, text: string): void {
  withTemporary(path, text, (temporary) => renameSync(temporary, path))
}

function withTemporary(path: string, text: string, place: (temporary: string) => void): void {
  const temporary = `${path}.${randomUUID()}`
  try {
    removeStale(path)
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx', flush: true })
    place(temporary)
    flushFolder(dirname(path))
  } catch (cause) {
    throw new AppError('invalid_input', `The key file ${path} cannot be written.`, {
      hint: 'Free some space and give the folder to the user of this process, or set MASTER_KEY instead.',
      cause,
    })
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** A new name is on the disk when its folder is. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return
  const file = openSync(folder, constants.O_RDONLY)
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function removeStale(path: string): void {
  const before = Date.now() - STALE_MS
  const prefix = `${basename(path)}.`
  for (const name of readdirSync(dirname(path))) {
    // Nothing but names of `withTemporary`: the owner keeps copies beside the file, such as master.key.bak.
    if (!name.startsWith(prefix) || !UUID.test(name.slice(prefix.length))) continue
    const left = join(dirname(path), name)
    if ((statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? before) < before) rmSync(left, { force: true })
  }
}

function open(path: string): number | undefined {
  try {
    // Does not follow a link, nor wait for the other end of a pipe.
    return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    if (isCode(error, 'ELOOP')) throw notOurs(path)
    throw new AppError('invalid_input', `The key file ${path} cannot be read.`, {
      hint: 'Give it to the user of this process.',
      cause: error,
    })
  }
}

function notOurs(path: string): AppError {
  return new AppError('invalid_input', `The key file ${path} is a link or something else than a file.`, {
    hint: 'Put the file itself in its place, or set MASTER_KEY instead.',
  })
}

function shared(path: string): AppError {
  return new AppError('invalid_input', `The key file ${path} can be read by other users of this machine.`, {
    hint: `Run: chmod 600 ${path} — where that changes nothing, set MASTER_KEY instead.`,
  })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
