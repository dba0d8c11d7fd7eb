import { setTimeout as sleep } from 'node:timers/promises'
import { batches } from './batches.ts'
import { GENESIS } from './chain.ts'
import type { Entry } from './entry.ts'
import type { JournalStore, StoredBatch } from './journal-store.ts'

/** What is asked for; a member that is not there asks for nothing. Times are Unix ms, both included. */
export interface Filter {
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly user?: string | undefined
  readonly client?: string | undefined
  readonly tool?: string | undefined
  readonly account?: string | undefined
  readonly outcome?: string | undefined
}

/** One entry with its place in the chain. */
export interface Found {
  readonly entry: Entry
  /** The JSON that was hashed. */
  readonly line: string
  readonly previous: string
  readonly hash: string
}

/** All entries that fit, oldest first. A line that is no entry any more is told to `onDamage` and left out. */
export async function* search(
  store: JournalStore,
  filter: Filter,
  onDamage: (line: string) => void,
  after = 0,
): AsyncGenerator<Found> {
  const { since, until } = filter
  for await (const batch of batches(store, { after, since, until })) yield* fitting(batch, filter, onDamage)
}

/** The newest entries that fit, at most `most`, oldest first. */
export async function newest(
  store: JournalStore,
  filter: Filter,
  onDamage: (line: string) => void,
  most: number,
): Promise<Found[]> {
  const { since, until } = filter
  const parts: Found[][] = []
  let count = 0
  for await (const batch of batches(store, { before: Number.MAX_SAFE_INTEGER, since, until })) {
    const part = [...fitting(batch, filter, onDamage)]
    parts.push(part)
    count += part.length
    if (count >= most) break
  }
  const found = parts.reverse().flat()
  return found.slice(Math.max(0, found.length - most))
}

/** Entries that fit as they are written from now on (behind `after`), until the signal. */
export async function* follow(
  store: JournalStore,
  filter: Filter,
  onDamage: (line: string) => void,
  after: number,
  { signal, everyMs = 500 }: { readonly signal: AbortSignal; readonly everyMs?: number },
): AsyncGenerator<Found> {
  let last = after
  while (!signal.aborted) {
    for await (const batch of batches(store, { after: last })) {
      last = batch.lastSeq
      yield* fitting(batch, filter, onDamage)
      if (signal.aborted) return
    }
    await sleep(everyMs, undefined, { signal }).catch(() => {})
  }
}

function* fitting(batch: StoredBatch, filter: Filter, onDamage: (line: string) => void): Generator<Found> {
  let previous = batch.previous ?? GENESIS.hash
  for (const stored of batch.lines.split('\n')) {
    const hash = stored.slice(0, 64)
    const line = stored.slice(65)
    const entry = parse(line)
    if (entry === undefined) onDamage(stored)
    else if (fits(entry, filter)) yield { entry, line, previous, hash }
    previous = hash
  }
}

/** Only lines that somebody has meddled with are not ours; their members are whatever he wrote. */
function parse(line: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(line)
    return typeof entry === 'object' && entry !== null && 'at' in entry ? (entry as Entry) : undefined
  } catch {
    return undefined
  }
}

function fits(entry: Entry, { since, until, ...names }: Filter): boolean {
  const at = Date.parse(entry.at)
  if ((since !== undefined && at < since) || (until !== undefined && at > until)) return false
  return NAMES.every((name) => names[name] === undefined || names[name] === entry[name])
}

const NAMES = ['user', 'client', 'tool', 'account', 'outcome'] as const
