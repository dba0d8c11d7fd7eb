import { AppError } from '../kernel/errors.ts'
import type { Access } from '../kernel/tool.ts'

/** Of each access class; 0 is no limit. */
export type CallsPerMinute = Readonly<Record<Access, number>>

const DEFAULTS: CallsPerMinute = { read: 600, draft: 120, write: 60, send: 30, destroy: 10 }
const LARGEST = 1_000_000

/**
 * Reads `CALL_LIMITS`, such as `write=20,send=0`; a class that it does not name keeps its default.
 * @throws AppError `invalid_input`
 */
export function readCallLimits(text: string): CallsPerMinute {
  const limits = { ...DEFAULTS }
  for (const part of text.split(',').filter((piece) => piece.trim() !== '')) {
    const [, access, number] = /^\s*(\w+)\s*=\s*(\d{1,7})\s*$/.exec(part) ?? []
    if (!isAccess(access) || Number(number) > LARGEST) throw wrong()
    limits[access] = Number(number)
  }
  return limits
}

function isAccess(word: string | undefined): word is Access {
  return word !== undefined && Object.hasOwn(DEFAULTS, word)
}

function wrong(): AppError {
  const classes = Object.keys(DEFAULTS).join(', ')
  return new AppError('invalid_input', 'CALL_LIMITS is wrong: it must be like read=600,write=60.', {
    hint: `Name calls a minute for any of ${classes}; 0 is no limit.`,
  })
}
