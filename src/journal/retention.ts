import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { JournalStore } from './journal-store.ts'

interface RetentionOptions {
  readonly store: JournalStore
  readonly clock: Clock
  readonly log: Log
  /** How long an entry is kept. */
  readonly days: number
  /** The first time is soon after the start, which has more urgent work. */
  readonly firstMs?: number
  readonly everyMs?: number
}

const DAY_MS = 86_400_000
/** Batches per transaction: other writers wait for one, not for all. */
const STEP = 500

/** Takes old entries away from time to time. */
export function startRetention(options: RetentionOptions) {
  const { store, clock, log, days, firstMs = 60_000, everyMs = DAY_MS / 4 } = options
  let isClosed = false
  let running: Promise<void> | undefined
  const first = setTimeout(sweep, firstMs).unref()
  const timer = setInterval(sweep, everyMs).unref()

  /** Resolves when nothing too old is left, or with a line in the log when that cannot be done now. */
  function sweep(): Promise<void> {
    running ??= prune().finally(() => {
      running = undefined
    })
    return running
  }

  async function prune() {
    const before = clock.now() - days * DAY_MS
    let batches = 0
    try {
      for (let gone = STEP; gone > 0 && !isClosed; await nextTurn()) {
        gone = await store.prune(before, STEP)
        batches += gone
      }
    } catch (err) {
      log.warn({ err }, 'journal cannot be pruned')
    }
    if (batches > 0) log.info({ batches, days }, 'journal pruned')
  }

  return {
    sweep,
    async close() {
      isClosed = true
      clearTimeout(first)
      clearInterval(timer)
      await running
    },
  }
}
