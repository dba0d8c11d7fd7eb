import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { watchful } from '../kernel/watchful.ts'
import type { TurnLease } from './turn-line.ts'
import type { TurnStore } from './turn-store.ts'

/** Then the other replicas have a chance, who ask from time to time only. */
const MOST_STEPS_IN_A_ROW = 5
/** Longer than the longest pause between two times that somebody asks. */
const REST_MS = 250

interface Around {
  readonly store: TurnStore
  readonly leaseMs: number
  readonly clock: Clock
  readonly log: Log
}

/** By both clocks: the steady one stands still while a machine sleeps, the other may be set back. */
interface Instant {
  readonly steady: number
  readonly wall: number
}

/** The leases of one process. A lease lasts while the process lives and the store can be reached. */
export function createTurnLeases({ store, leaseMs, clock, log }: Around) {
  const process = randomUUID()
  // What it takes from a look at the clock until the bytes have left.
  const trustedMs = leaseMs * 0.9
  let count = 0
  const now = (): Instant => ({ steady: performance.now(), wall: clock.now() })

  function hold(name: string, holder: string, takenAt: Instant): TurnLease {
    let from: Instant | undefined = takenAt
    let steps = 0
    let isExtending = false
    let stopStep = () => {}

    function isHeld(): boolean {
      if (from === undefined) return false
      const { steady, wall } = now()
      return steady - from.steady < trustedMs && wall - from.wall < trustedMs
    }

    function look(): void {
      if (from === undefined || isHeld()) return
      lose()
    }

    function lose(): void {
      from = undefined
      clearInterval(timer)
      log.warn({ turn: name }, 'turn_lost')
      stopStep()
    }

    async function extend(): Promise<void> {
      isExtending = true
      const instant = now()
      const isKept = await store.extend(name, holder, leaseMs).catch((error: unknown) => tell(error))
      isExtending = false
      if (from === undefined) return
      if (isKept === true) from = instant
      if (isKept === false) lose()
      else look()
    }

    // One that hangs must not keep the end of the lease from being seen.
    const timer = setInterval(() => (isExtending ? look() : void extend()), leaseMs / 3)
    timer.unref()

    return {
      mayBegin: () => steps < MOST_STEPS_IN_A_ROW && isHeld(),
      guard(signal) {
        steps += 1
        const controller = new AbortController()
        const cancel = () => controller.abort(signal.reason)
        signal.addEventListener('abort', cancel, { once: true })
        stopStep = () => controller.abort(turnLost())
        return {
          signal: watchful(controller, () => {
            if (signal.aborted) cancel()
            else look()
          }),
          end() {
            signal.removeEventListener('abort', cancel)
            stopStep = () => {}
          },
        }
      },
      async giveBack(isWanted) {
        from = undefined
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
    if (error instanceof AppError) log.warn({ kind: error.kind }, 'turn_store_fails')
    else log.error({ err: error }, 'bug')
  }

  return {
    /** Nothing when another replica has the turn. @throws AppError `unavailable` when the store fails */
    async take(name: string): Promise<TurnLease | undefined> {
      count += 1
      const holder = `${process}.${count}`
      // Time runs from here, so that it ends here before it ends there.
      const asked = now()
      try {
        return (await store.take(name, holder, leaseMs)) ? hold(name, holder, asked) : undefined
      } catch (error) {
        // It may be written all the same, and would keep the next one waiting.
        if (error instanceof AppError) void give(name, holder)
        throw error
      }
    },
  }
}

/** This process was stopped, or cut off from the store: what was sent is sent, and nothing more may be. */
function turnLost(): AppError {
  return new AppError(
    'unverified',
    'The server was held up in the middle of this change, which may or may not have been made.',
    { hint: 'Repeat the call unchanged: the account is looked at before anything is done again.' },
  )
}
