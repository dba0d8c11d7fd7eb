import { AppError } from '../../../kernel/errors.ts'

/** Whose turn comes first: a person waits for an interactive call, so it goes before scans. */
export type Priority = 'interactive' | 'scan'

interface Ticket {
  readonly priority?: Priority | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Queue {
  /** Resolves when the call may be sent; rejects with the signal's reason when it is cancelled before that. */
  turn(ticket: Ticket): Promise<void>
  /** Nobody goes for this long: amoCRM has said that it is too much. */
  hold(ms: number): void
}

/** More would mean minutes of waiting, so somebody is asking for too much. */
const CAPACITY = 1000
/** Longer holds are said at once instead of waited for. */
const LONGEST_WAIT_MS = 30_000

/**
 * A token bucket that holds one token: calls go one by one, never closer than a second divided by the rate, so
 * no sliding second ever has more than `requestsPerSecond`, and one that the network squeezes by a sixth still
 * has no more than one above it. A larger burst would need only a jitter of milliseconds to pass amoCRM's limit.
 * Time is the process's own monotonic clock: what is paced is the real world.
 */
export function createQueue(requestsPerSecond: number): Queue {
  const spacing = 1000 / requestsPerSecond
  const lines: Record<Priority, (() => void)[]> = { interactive: [], scan: [] }
  let nextAt = 0
  let timer: NodeJS.Timeout | undefined

  function serve(): void {
    clearTimeout(timer)
    for (;;) {
      const line = lines.interactive.length > 0 ? lines.interactive : lines.scan
      const [go] = line
      if (!go) return
      const wait = nextAt - performance.now()
      if (wait > 0) {
        timer = setTimeout(serve, Math.ceil(wait))
        return
      }
      nextAt = performance.now() + spacing
      line.shift()
      go()
    }
  }

  return {
    turn: ({ priority = 'interactive', signal }) => {
      const line = lines[priority]
      return new Promise((resolve, reject) => {
        refuseWhenTooMuch(lines.interactive.length + lines.scan.length, nextAt - performance.now())
        function go(): void {
          signal?.removeEventListener('abort', leave)
          resolve()
        }
        function leave(): void {
          line.splice(line.indexOf(go), 1)
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', leave, { once: true })
        line.push(go)
        serve()
      })
    },
    hold: (ms) => {
      nextAt = Math.max(nextAt, performance.now() + ms)
    },
  }
}

function refuseWhenTooMuch(waiting: number, waitMs: number): void {
  if (waiting < CAPACITY && waitMs <= LONGEST_WAIT_MS) return
  const retryAfterSeconds = Math.max(30, Math.ceil(waitMs / 1000))
  throw new AppError('rate_limited', 'The limit of amoCRM calls is used up for now.', {
    hint: `Ask for less at once, or try again in ${retryAfterSeconds} seconds.`,
    retryAfterSeconds,
  })
}
