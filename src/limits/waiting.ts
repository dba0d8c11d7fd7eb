import type { Priority, Ticket } from '../kernel/queue.ts'

/** After this a background call has waited long enough to count as an interactive one. */
const OVERDUE_MS = 10_000

interface Place {
  readonly since: number
  go(): void
  refuse(error: unknown): void
}

/** Those who stand in one line of one process. */
export interface Waiting {
  readonly count: number
  /** Resolves when it is the ticket's turn; the place is empty at once when the ticket is cancelled. */
  join(ticket: Ticket): Promise<void>
  /** Overdue background calls count as interactive. */
  firstCountsAs(): Priority
  letFirstGo(): void
  refuseAll(error: unknown): void
}

/**
 * Interactive calls first, each kind in the order of coming. Overdue background calls and interactive ones take turns,
 * so that neither ever waits for the end of the others. `onLeave` is called when a cancelled ticket has left.
 */
export function createWaiting(now: () => number, onLeave: () => void): Waiting {
  const lines: Record<Priority, Place[]> = { interactive: [], background: [] }
  let wentLast: Priority = 'interactive'

  function isOverdue(): boolean {
    const [place] = lines.background
    return place !== undefined && now() - place.since > OVERDUE_MS
  }

  function next(): Priority {
    if (lines.interactive.length === 0) return 'background'
    return wentLast === 'interactive' && isOverdue() ? 'background' : 'interactive'
  }

  return {
    get count() {
      return lines.interactive.length + lines.background.length
    },
    join: ({ priority = 'interactive', signal }) => {
      const line = lines[priority]
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const place: Place = {
          since: now(),
          go() {
            signal?.removeEventListener('abort', leave)
            resolve()
          },
          refuse(error) {
            signal?.removeEventListener('abort', leave)
            reject(error)
          },
        }
        function leave(): void {
          line.splice(line.indexOf(place), 1)
          reject(signal?.reason)
          onLeave()
        }
        signal?.addEventListener('abort', leave, { once: true })
        line.push(place)
      })
    },
    firstCountsAs() {
      return lines.interactive.length > 0 || isOverdue() ? 'interactive' : 'background'
    },
    letFirstGo() {
      const kind = next()
      const place = lines[kind].shift()
      wentLast = kind
      place?.go()
    },
    refuseAll(error) {
      for (const line of Object.values(lines)) {
        for (const place of line.splice(0)) place.refuse(error)
      }
    },
  }
}
