import { randomUUID } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { createHold, type Hold, instantOf } from '../kernel/hold.ts'
import type { Log } from '../kernel/log.ts'
import { holdLost } from './failures.ts'
import type { OnceStore } from './once-store.ts'

/** What the work of a call goes by: before it sends anything it asks whether the call is still its own. */
export interface Held {
  /** Aborted when nobody wants the answer any more, and when the hold is over; it looks at the clock when it is asked. */
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
  /** To be taken before the store is asked: time runs from here. */
  take(unwanted: AbortSignal): Lease
  /** Nothing is held any more. */
  close(): void
}

export function createLeases({ store, clock, log, leaseMs }: LeaseOptions): Leases {
  const process = randomUUID()
  const held = new Map<string, Hold>()
  let count = 0
  let timer: NodeJS.Timeout | undefined

  async function extend(): Promise<void> {
    const instant = instantOf(clock)
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
      const hold = createHold({ takenAt: instantOf(clock), leaseMs, clock, onLost: holdLost })
      const guarded = hold.guard(unwanted)
      return {
        holder,
        isHeld: hold.isHeld,
        signal: guarded.signal,
        confirm() {
          held.set(holder, hold)
          keepExtending()
        },
        end() {
          held.delete(holder)
          guarded.end()
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
