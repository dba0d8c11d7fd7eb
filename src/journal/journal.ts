import { randomBytes } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { bodyText, type Call, type End } from './entry.ts'
import { isoText } from './iso-text.ts'
import type { JournalStore } from './journal-store.ts'
import { createQueue } from './queue.ts'

export interface Journal {
  /** Takes the entry of one call that has ended; never throws and never waits. */
  record(call: Call, end: End): void
  /** Whether entries wait for a store that cannot take them, so many that no call may be added to them. */
  isFull(): boolean
  /** Resolves when everything that was recorded before is stored. */
  flushed(): Promise<void>
  /** Stores what is left; what cannot be stored by then goes to the log, entry by entry. */
  close(deadlineMs: number): Promise<void>
}

export interface JournalOptions {
  readonly store: JournalStore
  readonly clock: Clock
  readonly log: Log
  /** How long an entry may wait for others to share a write with. */
  readonly flushMs?: number
  /** So many entries wait in memory for a store that fails. */
  readonly most?: number
}

/** The entries of one process: numbered, hashed and stored in batches, off the path of the calls. */
export function createJournal({ store, clock, log, flushMs = 25, most = 20_000 }: JournalOptions): Journal {
  const by = randomBytes(4).toString('hex')
  const iso = isoText()
  const queue = createQueue({ store, log, flushMs, most })
  return {
    record(call, end) {
      const at = clock.now()
      queue.add({ at, text: bodyText(iso(at), by, at - call.started, call, end) })
    },
    isFull: queue.isFull,
    flushed: queue.flushed,
    close: queue.close,
  }
}
