import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { createHold, type Instant, instantOf } from '../kernel/hold.ts'
import type { Log } from '../kernel/log.ts'
import type { LockLease } from './lock-line.ts'
import type { LockStore } from './lock-store.ts'

/** Then the other replicas have a chance, who ask from time to time only. */
const MOST_STEPS_IN_A_ROW = 5
/** Longer than the longest pause between two times that somebody asks. */
const REST_MS = 250

interface Around {
  readonly store: LockStore
  readonly leaseMs: number
  readonly clock: Clock
  readonly log: Log
}

/** The leases of one process. A lease lasts while the process lives and the store can be reached. */
export function createLockLeases({ store, leaseMs, clock, log }: Around) {
  const process = randomUUID()
  let count = 0

  function leaseOf(name: string, holder: string, takenAt: Instant): LockLease {
    const hold = createHold({ takenAt, leaseMs, clock, onLost })
    let isExtending = false
    let steps = 0

    function onLost(): AppError {
      clearInterval(timer)
      log.warn({ lock: name }, 'lock_lost')
      return lockLost()
    }

    async function extend(): Promise<void> {
      isExtending = true
      const instant = instantOf(clock)
      const isKept = await store.extend(name, holder, leaseMs).catch((error: unknown) => tell(error))
      isExtending = false
      if (isKept === true) hold.extendedAt(instant)
      if (isKept === false) hold.lose()
      else hold.look()
    }

    // One that hangs must not keep the end of the lease from being seen.
    const timer = setInterval(() => (isExtending ? hold.look() : void extend()), leaseMs / 3)
    timer.unref()

    return {
      mayBegin: () => steps < MOST_STEPS_IN_A_ROW && hold.isHeld(),
      guard(signal) {
        steps += 1
        return hold.guard(signal)
      },
      async giveBack(isWanted) {
        hold.end()
        clearInterval(timer)
        await give(name, holder)
        if (isWanted) await sleep(REST_MS)
      },
    }
  }

  function give(name: string, holder: string): Promise<void> {
    // Then it ends by itself.
    return store.give(name, holder).catch((error: unknown) => tell(error))
  }

  function tell(error: unknown): undefined {
    if (error instanceof AppError) log.warn({ kind: error.kind }, 'lock_store_fails')
    else log.error({ err: error }, 'bug')
  }

  return {
    /** Nothing when another replica has the lock. @throws AppError `unavailable` when the store fails */
    async take(name: string): Promise<LockLease | undefined> {
      count += 1
      const holder = `${process}.${count}`
      const asked = instantOf(clock)
      try {
        return (await store.take(name, holder, leaseMs)) ? leaseOf(name, holder, asked) : undefined
      } catch (error) {
        // It may be written all the same, and would keep the next one waiting.
        if (error instanceof AppError) void give(name, holder)
        throw error
      }
    },
  }
}

/** This process was stopped, or cut off from the store: what was sent is sent, and nothing more may be. */
function lockLost(): AppError {
  return new AppError(
    'unverified',
    'The server was held up in the middle of this change, which may or may not have been made.',
    { hint: 'Repeat the call unchanged: the account is looked at before anything is done again.' },
  )
}
