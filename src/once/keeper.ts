import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { pause } from './pause.ts'

/** Writes down what came of calls, also while the store fails for a time. */
export interface Keeper {
  /** Resolves after the first try; `stored` resolves when it is written or given up. */
  keep(write: () => Promise<void>): Promise<{ readonly stored: Promise<void> }>
  /** Tries a last time what is left. */
  close(): Promise<void>
}

const PAUSES_MS = [100, 300, 1_000, 3_000]
const LONGEST_PAUSE_MS = 5_000
/** After that the call counts as cut off, which is found out by looking. */
const PATIENCE_MS = 10 * 60_000

export function createKeeper(log: Log): Keeper {
  const closing = new AbortController()
  const left = new Set<Promise<void>>()
  /** While the store fails the log hears of it once. */
  let isFailing = false

  async function attempt(write: () => Promise<void>): Promise<unknown> {
    try {
      await write()
      isFailing = false
      return undefined
    } catch (error) {
      return error ?? new Error('Something was thrown that is nothing.')
    }
  }

  async function keepTrying(write: () => Promise<void>): Promise<void> {
    const until = performance.now() + PATIENCE_MS
    for (let tries = 0; !closing.signal.aborted && performance.now() < until; tries++) {
      await pause(PAUSES_MS[tries] ?? LONGEST_PAUSE_MS, closing.signal).catch(() => undefined)
      const problem = await attempt(write)
      if (problem === undefined) return
      if (!(problem instanceof AppError)) break
    }
    log.error({}, 'outcome of a call not stored')
  }

  return {
    async keep(write) {
      const problem = await attempt(write)
      if (problem === undefined) return { stored: Promise.resolve() }
      if (!(problem instanceof AppError)) {
        log.error({ err: problem }, 'bug')
      } else if (!isFailing) {
        isFailing = true
        log.warn({ kind: problem.kind }, 'outcomes of calls are stored later')
      }
      const stored = keepTrying(write)
      left.add(stored)
      void stored.then(() => left.delete(stored))
      return { stored }
    },
    async close() {
      closing.abort()
      await Promise.all(left)
    },
  }
}
