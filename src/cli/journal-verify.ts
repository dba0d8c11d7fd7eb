import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Link } from '../journal/journal-store.ts'
import { verifyExport } from '../journal/jsonl.ts'
import { type Verdict, verifyChain } from '../journal/verify.ts'
import { AppError } from '../kernel/errors.ts'
import { openJournal } from './open-journal.ts'

/** The options of `mostik journal verify`. */
export const VERIFYING = { head: { type: 'string' }, filtered: { type: 'boolean' } } as const

interface Values {
  readonly head?: string | boolean | undefined
  readonly filtered?: string | boolean | undefined
}

/** Follows the chain of the database, or of an exported file. Exit code 1 when it is broken, with the first entry. */
export async function verify({ head, filtered }: Values, files: readonly string[]): Promise<number> {
  const noted = head === undefined ? undefined : readHead(String(head))
  const [file, ...more] = files
  if (more.length > 0) throw new AppError('invalid_input', 'One file at a time can be verified.')
  const options = { ...(noted && { noted }) }
  const verdict =
    file === undefined
      ? await verifyDatabase(options)
      : await verifyFile(file, { ...options, hasGaps: filtered === true })
  process.stdout.write(`${inWords(verdict)}\n`)
  return verdict.broken === undefined ? 0 : 1
}

async function verifyDatabase(options: Parameters<typeof verifyChain>[1]): Promise<Verdict> {
  const { journal, close } = await openJournal()
  try {
    return await verifyChain(journal, options)
  } finally {
    await close()
  }
}

async function verifyFile(file: string, options: Parameters<typeof verifyExport>[1]): Promise<Verdict> {
  const input = createReadStream(file)
  try {
    return await verifyExport(createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }), options)
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    throw new AppError('invalid_input', `The file ${file} cannot be read.`, { cause })
  } finally {
    input.destroy()
  }
}

function inWords({ entries, from, head, broken }: Verdict): string {
  const link = `${head.seq}:${head.hash}`
  if (broken === undefined) {
    const begin = from.seq === 0 ? '' : ` It begins behind entry ${from.seq}.`
    return entries === 0 && head.seq === 0
      ? 'ok   The journal is empty.'
      : `ok   ${entries} ${entries === 1 ? 'entry' : 'entries'}, and the chain is whole.${begin}\nhead ${link}`
  }
  const whole = entries === 0 ? '' : ` The last that is whole: ${link}`
  return `FIX  Entry ${broken.seq} ${broken.what}.${whole}`
}

function readHead(text: string): Link {
  const [, seq, hash = ''] = /^(\d{1,16}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq !== undefined) return { seq: Number(seq), hash }
  throw new AppError('invalid_input', '--head must be a head that was printed before.', {
    hint: 'It looks like 1520:9f86d0… — the number of an entry, a colon and 64 digits.',
  })
}
