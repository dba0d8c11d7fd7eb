/** What a call gave: its answer as it is sealed, and whether it is that of an earlier call. */
export interface Told {
  readonly text: string
  readonly replayed: boolean
  /** Resolves when the answer is where every process finds it. */
  readonly stored: Promise<void>
}

/** One call that is being made here, and everybody in this process who waits for it. */
export interface Going {
  readonly digest: string
  /** Rejects with the signal's reason when this one leaves before the others; the last to leave cancels the work. */
  join(signal: AbortSignal | undefined): Promise<Told>
  /** Resolves when nobody need be told any more that it is going. */
  readonly over: Promise<void>
}

export function startGoing(digest: string, make: (unwanted: AbortSignal) => Promise<Told>): Going {
  const unwanted = new AbortController()
  const told = make(unwanted.signal)
  let waiting = 0
  return {
    digest,
    over: told.then(
      ({ stored }) => stored,
      () => undefined,
    ),
    join(signal) {
      waiting += 1
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting -= 1
          // The work itself says how it ended: it may have made its change.
          if (waiting === 0) unwanted.abort(signal?.reason)
          else reject(signal?.reason)
        }
        const stay = () => signal?.removeEventListener('abort', leave)
        told.then(resolve, reject).finally(stay)
        if (signal?.aborted) leave()
        else signal?.addEventListener('abort', leave, { once: true })
      })
    },
  }
}
