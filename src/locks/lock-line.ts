import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../kernel/errors.ts'
import type { Lock } from '../kernel/lock.ts'

/** This process has the lock. */
export interface LockLease {
  /** Whether one more step may begin under it. */
  mayBegin(): boolean
  /** The signal that a step works under, until its `end`. */
  guard(signal: AbortSignal): { readonly signal: AbortSignal; end(): void }
  /** Resolves when it may be asked for again; that is later when somebody here still wants it, so that others get it. */
  giveBack(isWanted: boolean): Promise<void>
}

/** Where there are no others. */
export const OWN_LEASE: LockLease = {
  mayBegin: () => true,
  guard: (signal) => ({ signal, end() {} }),
  async giveBack() {},
}

const SHORTEST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 200

interface Place {
  readonly since: number
  /** Resolves when the step is over; what it throws goes to whoever asked for it. */
  begin(lease: LockLease): Promise<void>
  refuse(error: unknown): void
}

interface Around {
  /** Nothing when another replica has the lock. */
  take(): Promise<LockLease | undefined>
  readonly patienceMs: number
}

/** The line of one name in this process, first come first served. While others have the lock it asks again and again. */
export function createLockLine({ take, patienceMs }: Around): Lock {
  const places: Place[] = []
  let isServing = false

  async function serve(): Promise<void> {
    isServing = true
    while (places.length > 0) {
      try {
        const lease = await waitForLease()
        if (lease !== undefined) await work(lease)
      } catch (error) {
        // The next one would only wait for the same.
        for (const place of places.splice(0)) place.refuse(error)
      }
    }
    isServing = false
  }

  async function work(lease: LockLease): Promise<void> {
    while (lease.mayBegin()) {
      const place = places.shift()
      if (place === undefined) break
      await place.begin(lease)
    }
    await lease.giveBack(places.length > 0)
  }

  /** Nothing when nobody waits any more. */
  async function waitForLease(): Promise<LockLease | undefined> {
    const from = performance.now()
    for (let pauseMs = SHORTEST_PAUSE_MS; places.length > 0; pauseMs *= 1.5) {
      const lease = await take()
      if (lease !== undefined) return lease
      refuseOverdue(from)
      const longest = Math.min(pauseMs, LONGEST_PAUSE_MS)
      // Replicas that ask in step would always find the same one first.
      await sleep(longest * (0.5 + Math.random() / 2))
    }
    return undefined
  }

  /** Only the waiting for others counts, since `from`: steps of one's own go on and come to an end. */
  function refuseOverdue(from: number): void {
    for (let [first] = places; first !== undefined; [first] = places) {
      if (performance.now() - Math.max(first.since, from) < patienceMs) return
      places.shift()
      first.refuse(tooBusy())
    }
  }

  return (step, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const place: Place = {
        since: performance.now(),
        async begin(lease) {
          signal.removeEventListener('abort', leave)
          const guarded = lease.guard(signal)
          try {
            guarded.signal.throwIfAborted()
            resolve(await step(guarded.signal))
          } catch (error) {
            reject(error)
          } finally {
            guarded.end()
          }
        },
        refuse(error) {
          signal.removeEventListener('abort', leave)
          reject(error)
        },
      }
      function leave(): void {
        places.splice(places.indexOf(place), 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      places.push(place)
      if (!isServing) void serve()
    })
}

function tooBusy(): AppError {
  return new AppError('unavailable', 'Other changes of the same account take all the time there is.', {
    hint: 'Nothing was done. Repeat the call unchanged in a few seconds, and make fewer changes at once.',
    retryAfterSeconds: 5,
  })
}
