import type { RequestId } from './protocol.ts'

interface Call {
  signal(): AbortSignal
  isCancelled(): boolean
  cancel(): void
}

/** The calls that run in one session or request, so that a cancellation finds its call and a stop can wait. */
export interface Running {
  start(id: RequestId): Pick<Call, 'signal' | 'isCancelled'> & { done(): void }
  /** `notifications/cancelled`; false for an unknown id, which is a call that has ended. */
  cancel(id: unknown): boolean
  cancelAll(): void
  readonly size: number
}

export function createRunning(): Running {
  return new RunningCalls()
}

/** A class: one is made for each request and each open stream, and closures with a getter cost a kilobyte. */
class RunningCalls implements Running {
  private calls: Map<RequestId, Call> | undefined

  start(id: RequestId) {
    const call = createCall()
    this.calls ??= new Map()
    const { calls } = this
    // Clients do reuse ids while a call runs: the later call takes the place, and each removes only itself.
    calls.set(id, call)
    const done = () => {
      if (calls.get(id) === call) calls.delete(id)
    }
    return { signal: call.signal, isCancelled: call.isCancelled, done }
  }

  cancel(id: unknown): boolean {
    const call = this.calls?.get(id as RequestId)
    call?.cancel()
    return call !== undefined
  }

  cancelAll(): void {
    for (const call of this.calls?.values() ?? []) call.cancel()
  }

  get size(): number {
    return this.calls?.size ?? 0
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
