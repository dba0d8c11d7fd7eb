import { randomUUID } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { watchful } from '../kernel/watchful.ts'
import { holdLost } from './failures.ts'
import type { OnceStore } from './once-store.ts'

/** What the work of a call goes by: before it sends anything it asks whether the call is still its own. */
export interface Held {
  /**
   * Aborted when nobody wants the answer any more, and when the hold is over. Whoever asks it (`aborted`,
   * `throwIfAborted`) makes it look at the clock: a process that was stopped and wakes up may go on before its timers do.
   */
  readonly signal: AbortSignal
  isHeld(): boolean
}

export interface Lease extends Held {
  readonly holder: string
  /** The store has it now: from here on it is made to last. */
  confirm(): void
  end(): void
}

export interface Leases {
  /** To be taken before the store is asked: time runs from here, so that it ends here before it ends there. */
  take(unwanted: AbortSignal): Lease
  /** Nothing is held any more. */
  close(): void
}

interface Entry {
  extendedAt(instant: Instant): void
  /** Ends the work when its time is over. */
  look(): void
  lose(): void
}

/** By both clocks: the steady one stands still while a machine sleeps, the other may be set back. */
interface Instant {
  readonly steady: number
  readonly wall: number
}

export function createLeases({ store, clock, log, leaseMs }: LeaseOptions): Leases {
  const process = randomUUID()
  const held = new Map<string, Entry>()
  // What it takes from a look at the clock until the bytes have left.
  const trustedMs = leaseMs * 0.9
  let count = 0
  let timer: NodeJS.Timeout | undefined
  const now = (): Instant => ({ steady: performance.now(), wall: clock.now() })

  async function extend(): Promise<void> {
    const instant = now()
    const holders = [...held.keys()]
    const kept = new Set(await store.extend(holders, leaseMs))
    for (const holder of holders) {
      if (kept.has(holder)) held.get(holder)?.extendedAt(instant)
      else held.get(holder)?.lose()
    }
  }

  function keepExtending(): void {
    timer ??= setTimeout(async () => {
      await extend().catch((error: unknown) => {
        if (error instanceof AppError) log.warn({ kind: error.kind }, 'holds not extended')
        else log.error({ err: error }, 'bug')
      })
      // What could not be extended ends by itself.
      for (const { look } of held.values()) look()
      timer = undefined
      if (held.size > 0) keepExtending()
    }, leaseMs / 4)
    timer.unref()
  }

  return {
    take(unwanted) {
      count += 1
      const holder = `${process}.${count}`
      const controller = new AbortController()
      let from: Instant | undefined = now()
      const isHeld = () => {
        if (from === undefined) return false
        const { steady, wall } = now()
        return steady - from.steady < trustedMs && wall - from.wall < trustedMs
      }
      const lose = () => {
        from = undefined
        controller.abort(holdLost())
      }
      const look = () => {
        if (!isHeld()) lose()
      }
      const giveUp = () => controller.abort(unwanted.reason)
      if (unwanted.aborted) giveUp()
      else unwanted.addEventListener('abort', giveUp, { once: true })
      return {
        holder,
        isHeld,
        signal: watchful(controller, look),
        confirm() {
          const extendedAt = (instant: Instant) => {
            if (from !== undefined) from = instant
          }
          held.set(holder, { extendedAt, look, lose })
          keepExtending()
        },
        end() {
          held.delete(holder)
          unwanted.removeEventListener('abort', giveUp)
        },
      }
    },
    close() {
      clearTimeout(timer)
      for (const { lose } of held.values()) lose()
      held.clear()
    },
  }
}

interface LeaseOptions {
  readonly store: Pick<OnceStore, 'extend'>
  readonly clock: Clock
  readonly log: Log
  readonly leaseMs: number
}
