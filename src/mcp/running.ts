import type { RequestId } from './protocol.ts'

interface Call {
  signal(): AbortSignal
  isCancelled(): boolean
  cancel(): void
}

/** The calls that run in one session or request, so that a cancellation finds its call and a stop can wait. */
export interface Running {
  start(id: RequestId): Pick<Call, 'signal' | 'isCancelled'> & { done(): void }
  /** `notifications/cancelled`; an unknown id is a call that has ended. */
  cancel(id: unknown): void
  cancelAll(): void
  readonly size: number
}

export function createRunning(): Running {
  const calls = new Map<RequestId, Call>()
  // Clients do reuse ids while a call runs: the later call takes the place, and each removes only itself.
  return {
    start(id) {
      const call = createCall()
      calls.set(id, call)
      return {
        signal: call.signal,
        isCancelled: call.isCancelled,
        done() {
          if (calls.get(id) === call) calls.delete(id)
        },
      }
    },
    cancel: (id) => calls.get(id as RequestId)?.cancel(),
    cancelAll() {
      for (const call of calls.values()) call.cancel()
    },
    get size() {
      return calls.size
    },
  }
}

/** An AbortController costs more than a whole dispatch, so it is made when a tool first asks. */
function createCall(): Call {
  let controller: AbortController | undefined
  let cancelled = false
  return {
    signal() {
      controller ??= new AbortController()
      if (cancelled) controller.abort()
      return controller.signal
    },
    isCancelled: () => cancelled,
    cancel() {
      cancelled = true
      controller?.abort()
    },
  }
}
