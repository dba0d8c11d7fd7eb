import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Answers } from './answers.ts'
import type { OnceStore, Past } from './once-store.ts'

/** Keeps the store free of calls that are over. */
export interface Sweep {
  /** Makes room for a call of the same id. */
  forget(past: Past): Promise<void>
  close(): void
}

interface SweepParts {
  readonly store: OnceStore
  readonly answers: Answers
  readonly log: Log
  readonly onAbandoned: (draft: string) => void
  readonly leaseMs: number
}

export function createSweep({ store, answers, log, onAbandoned, leaseMs }: SweepParts): Sweep {
  let timer: NodeJS.Timeout | undefined

  /** Before anything is forgotten: what died is reported first. */
  async function report(): Promise<void> {
    await store.shorten(leaseMs)
    for (const draft of await store.abandon()) onAbandoned(draft)
  }

  /** The answer first: without its call nobody would ever find it. */
  async function forget(past: Past): Promise<void> {
    await answers.remove(past)
    await store.forget(past)
  }

  async function sweep(): Promise<void> {
    await report()
    for (let past = await store.expired(); past.length > 0; past = await store.expired()) {
      for (const each of past) await forget(each)
    }
  }

  function sweepAfter(ms: number): void {
    timer = setTimeout(async () => {
      await sweep().catch((error: unknown) => {
        if (!(error instanceof AppError)) log.error({ err: error }, 'bug')
      })
      if (timer !== undefined) sweepAfter(leaseMs)
    }, ms)
    timer.unref()
  }
  // Soon, and not in the way of the start.
  sweepAfter(leaseMs / 10)

  return {
    async forget(past) {
      await report()
      await forget(past)
    },
    close() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
