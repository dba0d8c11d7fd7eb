import type { Clock } from './clock.ts'
import type { AppError } from './errors.ts'

/** By both clocks: the steady one stands still while a machine sleeps, the other may be set back. */
export interface Instant {
  readonly steady: number
  readonly wall: number
}

/** Something in the store that is this process's own for a time, which it may make longer. */
export interface Hold {
  isHeld(): boolean
  /** Loses it when its time is over. */
  look(): void
  /** Does nothing when it is over already, as `look` and `extendedAt` do. */
  lose(): void
  /** The store, asked at that instant, has extended it. */
  extendedAt(instant: Instant): void
  /** It is not wanted any more, and cannot be lost. */
  end(): void
  /**
   * A signal for what works under the hold: aborted when it is lost, and until `end` with the given signal. Whoever asks
   * it (`aborted`, `throwIfAborted`) makes it look at the clock: a process that was stopped and wakes up may go on
   * before its timers do.
   */
  guard(signal: AbortSignal): { readonly signal: AbortSignal; end(): void }
}

interface HoldOptions {
  /** Before the store was asked for it: time runs from there, so that it ends here before it ends there. */
  readonly takenAt: Instant
  readonly leaseMs: number
  readonly clock: Clock
  /** Gives the reason that is told to what works under it. */
  readonly onLost: () => AppError
}

export function createHold({ takenAt, leaseMs, clock, onLost }: HoldOptions): Hold {
  // What it takes from a look at the clock until the bytes have left.
  const trustedMs = leaseMs * 0.9
  const guards = new Set<AbortController>()
  let from: Instant | undefined = takenAt

  function isHeld(): boolean {
    if (from === undefined) return false
    const { steady, wall } = instantOf(clock)
    return steady - from.steady < trustedMs && wall - from.wall < trustedMs
  }

  function look(): void {
    if (!isHeld()) lose()
  }

  function lose(): void {
    if (from === undefined) return
    from = undefined
    const reason = onLost()
    for (const controller of guards) controller.abort(reason)
  }

  return {
    isHeld,
    look,
    lose,
    extendedAt(instant) {
      if (from !== undefined) from = instant
    },
    end() {
      from = undefined
    },
    guard(signal) {
      const controller = new AbortController()
      const cancel = () => controller.abort(signal.reason)
      if (signal.aborted) cancel()
      else signal.addEventListener('abort', cancel, { once: true })
      guards.add(controller)
      return {
        signal: watchful(controller, () => {
          if (signal.aborted) cancel()
          look()
        }),
        end: () => signal.removeEventListener('abort', cancel),
      }
    },
  }
}

export function instantOf(clock: Clock): Instant {
  return { steady: performance.now(), wall: clock.now() }
}

/** The controller's signal, made to look before it says that it is not aborted. */
function watchful({ signal }: AbortController, look: () => void): AbortSignal {
  return Object.defineProperties(signal, {
    aborted: {
      get() {
        look()
        return Reflect.get(AbortSignal.prototype, 'aborted', signal)
      },
    },
    throwIfAborted: {
      value() {
        look()
        AbortSignal.prototype.throwIfAborted.call(signal)
      },
    },
  })
}
