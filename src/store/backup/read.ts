import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { AppError } from '../../kernel/errors.ts'
import { damaged, type Footer, type Header, type TableStart, type Values } from './format.ts'

type Line = Header | TableStart | Values | Footer

const LONGEST_LINE = 256 * 1024 * 1024

/**
 * The lines of a backup, its header first; the footer is checked and not given.
 * @throws AppError `invalid_input` when the file is no backup, was cut off or has changed: at the end at the latest
 */
export async function* readBackup(path: string): AsyncGenerator<Header | TableStart | Values> {
  const hash = createHash('sha256')
  let state: 'new' | 'begun' | 'whole' = 'new'
  let rows = 0
  for await (const line of linesOf(path)) {
    const value = parse(line)
    const isHeader = 'format' in value
    if (isHeader !== (state === 'new')) throw damaged(state === 'new' ? NOT_OURS : CHANGED)
    if (isHeader && (value.format !== 'mostik-backup' || value.version !== 1)) throw damaged(NOT_OURS)
    if (state === 'whole') throw damaged(CHANGED)
    if ('sha256' in value) {
      if (value.sha256 !== hash.digest('hex') || value.rows !== rows) throw damaged(CHANGED)
      state = 'whole'
      continue
    }
    state = 'begun'
    if (!isHeader && !('table' in value)) rows += 1
    hash.update(line).update('\n')
    yield value
  }
  if (state !== 'whole') throw damaged(CUT)
}

const NOT_OURS = 'it is no backup, or that of a newer Mostik'
const CHANGED = 'it was changed or is damaged'
const CUT = 'its end is missing'

function parse(line: Buffer): Line {
  try {
    const value: unknown = JSON.parse(line.toString())
    if (typeof value === 'object' && value !== null) return value as Line
  } catch {
    // What is wrong with it is said below: the text of the line must not be in an error.
  }
  throw damaged(NOT_OURS)
}

async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = []
  let length = 0
  const stream = createReadStream(path, { highWaterMark: 1024 * 1024 })
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let from = 0
      for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
        yield Buffer.concat([...pieces, chunk.subarray(from, to)])
        pieces = []
        length = 0
        from = to + 1
      }
      pieces.push(chunk.subarray(from))
      length += chunk.length - from
      if (length > LONGEST_LINE) throw damaged(NOT_OURS)
    }
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new AppError('invalid_input', 'The backup file cannot be read.', { cause: error })
  }
  if (length > 0) throw damaged(CUT)
}

const NEWLINE = 10
