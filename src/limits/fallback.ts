import type { Log } from '../kernel/log.ts'

/** Somebody waits for the shared form for so long at most. */
const PATIENCE_MS = 3_000
/** How often the shared form is tried while it does not work. */
const RETRY_MS = 1_000

export interface Fallback {
  /** What `shared` gives, or what `own` gives while the shared form does not work; an error of `shared` ends here. */
  run<T>(shared: () => Promise<T>, own: () => T | Promise<T>): Promise<T>
  readonly isActive: boolean
}

/**
 * A limit must neither fail nor stand still with the store that it is shared by. The log hears of it once when the
 * store fails and once when it works again; meanwhile nobody waits for the attempts that look whether it does.
 */
export function createFallback({ what, log, now }: { what: string; log: Log; now: () => number }): Fallback {
  let failing: { readonly since: number; triedAt: number } | undefined
  let isLooking = false

  async function attempt<T>(work: Promise<T>): Promise<{ readonly value: T } | undefined> {
    const result = await inTime(work)
    if ('error' in result) {
      if (failing === undefined) {
        failing = { since: now(), triedAt: now() }
        log.warn({ limit: what, err: result.error }, 'limit_not_shared')
      }
      return undefined
    }
    if (failing !== undefined) {
      log.info({ limit: what, ms: Math.round(now() - failing.since) }, 'limit_shared_again')
      failing = undefined
    }
    return result
  }

  /** One at a time, however long it hangs: more would use the store's connections up. */
  async function look(work: Promise<unknown>): Promise<void> {
    isLooking = true
    await attempt(work)
    await Promise.allSettled([work])
    isLooking = false
  }

  return {
    async run(shared, own) {
      if (failing === undefined) {
        const result = await attempt(shared())
        return result === undefined ? own() : result.value
      }
      if (!isLooking && now() - failing.triedAt >= RETRY_MS) {
        failing.triedAt = now()
        void look(shared())
      }
      return own()
    },
    get isActive() {
      return failing !== undefined
    },
  }
}

async function inTime<T>(work: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<{ error: unknown }>((resolve) => {
    timer = setTimeout(() => resolve({ error: new Error('no answer in time') }), PATIENCE_MS)
  })
  const done = work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  const first = await Promise.race([done, late])
  clearTimeout(timer)
  return first
}
