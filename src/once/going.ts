import { otherArguments, stopping } from './failures.ts'
import type { Identity } from './identity.ts'

/** What a call gave: its answer as it is sealed, and whether it is that of an earlier call. */
export interface Told {
  readonly text: string
  readonly replayed: boolean
  /** Resolves when the answer is where every process finds it. */
  readonly stored: Promise<void>
}

/** The calls that are being made here; each is made for everybody in this process who waits for it. */
export interface Goings {
  /**
   * Makes a call, or waits for it with whoever had it made. Rejects with the signal's reason when this one leaves
   * before the others; the last to leave cancels the work.
   */
  share(call: Shared, signal: AbortSignal | undefined): Promise<Told>
  /** Begins nothing any more, cancels what is going, and resolves when all of it is over. */
  close(): Promise<void>
}

interface Shared extends Pick<Identity, 'id' | 'digest'> {
  make(unwanted: AbortSignal): Promise<Told>
}

export function createGoings(): Goings {
  const all = new Map<string, Going>()
  let isClosed = false

  function start({ id, digest, make }: Shared): Going {
    if (isClosed) throw stopping()
    const going = startGoing(digest, make)
    all.set(id, going)
    void going.over.then(() => all.delete(id))
    return going
  }

  return {
    async share(call, signal) {
      for (;;) {
        signal?.throwIfAborted()
        const other = all.get(call.id)
        if (other === undefined) return start(call).join(signal)
        if (other.digest !== call.digest) throw otherArguments()
        // What ends by being cancelled was cancelled by others: it is no outcome for who comes then.
        const told = await (other.isUnwanted() ? other.outlast(signal) : other.join(signal))
        if (told !== undefined) return { ...told, replayed: true }
      }
    },
    async close() {
      isClosed = true
      const going = [...all.values()]
      for (const { cancel } of going) cancel(stopping())
      await Promise.all(going.map(({ over }) => over))
    },
  }
}

interface Going {
  readonly digest: string
  /** Everybody has left; it is only heard out, since it may have made its change. */
  isUnwanted(): boolean
  join(signal: AbortSignal | undefined): Promise<Told>
  /** Waits for it to be over; gives nothing when it came to no answer. */
  outlast(signal: AbortSignal | undefined): Promise<Told | undefined>
  cancel(reason: unknown): void
  /** Resolves when nobody need be told any more that it is going. */
  readonly over: Promise<void>
}

function startGoing(digest: string, make: (unwanted: AbortSignal) => Promise<Told>): Going {
  const unwanted = new AbortController()
  const told = make(unwanted.signal)
  const over = told.then(
    ({ stored }) => stored,
    () => undefined,
  )
  let waiting = 0
  return {
    digest,
    over,
    isUnwanted: () => unwanted.signal.aborted,
    cancel: (reason) => unwanted.abort(reason),
    join(signal) {
      waiting += 1
      return leaving(told, signal, (reject) => {
        waiting -= 1
        // The work itself says how it ended: it may have made its change.
        if (waiting === 0) unwanted.abort(signal?.reason)
        else reject(signal?.reason)
      })
    },
    outlast: (signal) =>
      leaving(
        told.catch(() => over.then(() => undefined)),
        signal,
        (reject) => reject(signal?.reason),
      ),
  }
}

/** Waits for the work; `leave` says what becomes of the wait when the signal is aborted before. */
function leaving<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  leave: (reject: (reason: unknown) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const left = () => leave(reject)
    signal?.addEventListener('abort', left, { once: true })
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', left))
  })
}
