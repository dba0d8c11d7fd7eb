import { pipeline } from 'node:stream/promises'
import { CSV_HEADER, toCsv } from '../journal/csv.ts'
import type { JournalStore } from '../journal/journal-store.ts'
import { toJsonl } from '../journal/jsonl.ts'
import { toText } from '../journal/plain-text.ts'
import { type Found, follow, newest, search } from '../journal/search.ts'
import { AppError } from '../kernel/errors.ts'
import { type JournalRequest, READING, readRequest } from './journal-request.ts'
import { VERIFYING, verify } from './journal-verify.ts'
import { openJournal } from './open-journal.ts'
import { readOptions } from './options.ts'
import { stopSignal } from './stop-signal.ts'

/** `mostik journal`: what was done, as text, JSONL or CSV; `mostik journal verify`: whether it is as it was written. */
export async function run(words: readonly string[]): Promise<number> {
  const [command, ...rest] = words
  if (command === 'verify') {
    const { values, positionals } = readOptions(rest, VERIFYING)
    return verify(values, positionals)
  }
  const { values, positionals } = readOptions(words, READING)
  if (positionals.length > 0) {
    throw new AppError('invalid_input', `The journal has no command "${positionals[0]}".`, {
      hint: 'Run: mostik journal --limit 20 — or: mostik journal verify',
    })
  }
  const request = readRequest(values, Date.now())
  const { journal, close } = await openJournal()
  const damaged: string[] = []
  try {
    await pipeline(
      lines(journal, request, (line) => damaged.push(line)),
      process.stdout,
      { end: false },
    )
  } catch (error) {
    // Whoever reads has read enough: `mostik journal | head`.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error
  } finally {
    await close()
  }
  if (damaged.length === 0) return 0
  process.stderr.write(`mostik: ${damaged.length} entries cannot be read. Run: mostik journal verify\n`)
  return 1
}

async function* lines(
  journal: JournalStore,
  { format, limit, follows, filter }: JournalRequest,
  onDamage: (line: string) => void,
): AsyncGenerator<string> {
  if (format === 'csv') yield CSV_HEADER
  const write = WRITERS[format]
  // Before anything is read, so that nothing is between what is there and what comes.
  const end = follows ? ((await journal.head())?.seq ?? 0) : undefined
  const { until = Number.POSITIVE_INFINITY } = filter
  const there =
    limit === undefined ? search(journal, filter, onDamage) : await newest(journal, filter, onDamage, limit)
  for await (const found of there) {
    if (end === undefined || found.entry.seq <= end) yield write(found)
  }
  if (end === undefined || until < Date.now()) return
  const stopped = new AbortController()
  void stopSignal().then(() => stopped.abort())
  for await (const found of follow(journal, filter, onDamage, end, stopped)) yield write(found)
}

const WRITERS: Record<JournalRequest['format'], (found: Found) => string> = {
  text: ({ entry }) => `${toText(entry)}\n`,
  jsonl: (found) => `${toJsonl(found)}\n`,
  csv: toCsv,
}
