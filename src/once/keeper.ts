import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { pause } from './pause.ts'

/** Writes down what came of calls, also while the store fails for a time. */
export interface Keeper {
  /** Resolves after the first try; `stored` resolves when it is written or given up. */
  keep(write: () => Promise<void>): Promise<{ readonly stored: Promise<void> }>
  /** Tries a last time what is left; from now on nothing waits for a second try. */
  close(): Promise<void>
}

const PAUSES_MS = [100, 300, 1_000, 3_000]
const LONGEST_PAUSE_MS = 5_000
/** After that the call counts as cut off, which is found out by looking. */
const PATIENCE_MS = 10 * 60_000
/** So many wait in memory; the oldest are given up for more. */
const MOST = 2_000
/** Tried at once: few, since the calls need the store as well. */
const AT_ONCE = 4
const TELL_EVERY_MS = 60_000

interface Waiting {
  readonly write: () => Promise<void>
  readonly until: number
  end(): void
}

export function createKeeper(log: Log): Keeper {
  const closing = new AbortController()
  const waiting = new Set<Waiting>()
  const lost = createLost(log)
  /** One for all that waits. */
  let trying: Promise<void> | undefined

  async function attempt(write: () => Promise<void>): Promise<unknown> {
    try {
      await write()
      return undefined
    } catch (error) {
      return error ?? new Error('Something was thrown that is nothing.')
    }
  }

  function end(one: Waiting): void {
    waiting.delete(one)
    one.end()
  }

  function giveUp(one: Waiting): void {
    end(one)
    lost.add()
  }

  /** Whether the store takes anything. */
  async function tryOldest(): Promise<boolean> {
    const oldest = [...waiting].slice(0, AT_ONCE)
    const answers = await Promise.all(
      oldest.map(async (one) => {
        const problem = await attempt(one.write)
        if (problem === undefined) end(one)
        else if (!(problem instanceof AppError)) giveUp(one)
        else return false
        return true
      }),
    )
    return answers.includes(true)
  }

  async function tryAll(): Promise<boolean> {
    let isTaken = false
    while (waiting.size > 0 && (await tryOldest())) isTaken = true
    return isTaken
  }

  async function tryOnAndOn(): Promise<void> {
    for (let tries = 0; waiting.size > 0; tries++) {
      await pause(PAUSES_MS[tries] ?? LONGEST_PAUSE_MS, closing.signal).catch(() => undefined)
      if (closing.signal.aborted) return
      for (const one of waiting) if (performance.now() >= one.until) giveUp(one)
      if (await tryAll()) tries = 0
    }
    trying = undefined
  }

  function wait(write: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      waiting.add({ write, until: performance.now() + PATIENCE_MS, end: resolve })
      const [oldest] = waiting
      if (oldest !== undefined && waiting.size > MOST) giveUp(oldest)
      trying ??= tryOnAndOn()
    })
  }

  return {
    async keep(write) {
      const problem = await attempt(write)
      const isBug = problem !== undefined && !(problem instanceof AppError)
      if (isBug) log.error({ err: problem }, 'bug')
      if (problem === undefined || closing.signal.aborted) return { stored: Promise.resolve() }
      if (problem instanceof AppError && waiting.size === 0)
        log.warn({ kind: problem.kind }, 'outcomes of calls are stored later')
      return { stored: wait(write) }
    },
    async close() {
      closing.abort()
      await trying
      await tryAll()
      for (const one of waiting) giveUp(one)
      lost.close()
    },
  }
}

/** A line a minute at most, however many are lost. */
function createLost(log: Log) {
  let calls = 0
  let timer: NodeJS.Timeout | undefined

  function tell(): void {
    timer = undefined
    if (calls > 0) log.error({ calls }, 'outcomes of calls not stored')
    calls = 0
  }

  return {
    add() {
      calls += 1
      timer ??= setTimeout(tell, TELL_EVERY_MS).unref()
    },
    close() {
      clearTimeout(timer)
      tell()
    },
  }
}
