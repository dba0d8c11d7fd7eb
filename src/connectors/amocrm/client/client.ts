import { type Clock, systemClock } from '../../../kernel/clock.ts'
import type { Lock } from '../../../kernel/lock.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Queue, Ticket } from '../../../kernel/queue.ts'
import { createBreaker } from './breaker.ts'
import { errorOf } from './errors.ts'
import { exchange } from './exchange.ts'
import type { ApiPath } from './path.ts'
import type { Query } from './query.ts'
import { pauseBeforeRetry, sleep } from './retry.ts'

/** What every method of the API takes. */
export type CallOptions = Ticket

export interface Call extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: ApiPath
  readonly query?: Query
  readonly body?: unknown
}

/** One amoCRM account. It knows an address and a token; the methods of the API are functions over it. */
export interface AmocrmClient {
  /** Where the account's cards are, for links a person can open; an origin, without a slash at the end. */
  readonly baseUrl: string
  /** For what must see the account as it is and then change it: one such step of the account after another. */
  readonly lock: Lock
  /**
   * The reply's JSON, or undefined where amoCRM answers with nothing (204: an empty list, an unknown id, a
   * finished unlink). Throws AppError; a cancelled call throws the signal's reason.
   */
  request(call: Call): Promise<unknown>
}

interface Settings {
  /** An origin that has been checked: `https://firm.amocrm.ru`. */
  readonly baseUrl: string
  readonly accessToken: string
  /** The line that all calls of the same integration in the same account stand in. */
  readonly queue: Queue
  /** The one that all who change the same account go through. */
  readonly lock: Lock
  readonly clock?: Clock
  readonly log: Log
  /** For connecting, headers and body together. */
  readonly timeoutMs?: number
}

export function createAmocrmClient({
  baseUrl,
  accessToken,
  queue,
  lock,
  clock = systemClock,
  log,
  timeoutMs = 20_000,
}: Settings): AmocrmClient {
  const breaker = createBreaker(clock)

  async function attempt(call: Call) {
    await queue.turn(call)
    // The last look before it leaves: a write whose caller has lost its hold must not be sent any more.
    call.signal?.throwIfAborted()
    breaker.enter()
    const outcome = await exchange({ call, baseUrl, accessToken, timeoutMs })
    breaker.report(outcome)
    return outcome
  }

  async function request(call: Call): Promise<unknown> {
    for (let tries = 1; ; tries++) {
      call.signal?.throwIfAborted()
      const outcome = await attempt(call)
      if (outcome.kind === 'answer') return outcome.json
      // Only a read: a write that was sent says what became of it.
      if (call.method === 'GET') call.signal?.throwIfAborted()
      const pause = pauseBeforeRetry({ method: call.method, outcome, tries })
      const error = errorOf(outcome, call)
      if (error.kind === 'rate_limited') queue.hold(pause ?? 1000 * (error.retryAfterSeconds ?? 0))
      const fields = { method: call.method, tries, kind: error.kind, retried: pause !== undefined }
      log.warn(
        outcome.kind === 'refusal' ? { ...fields, status: outcome.status } : fields,
        'amocrm_call_failed',
      )
      if (pause === undefined) throw error
      await sleep(pause, call.signal)
    }
  }

  return { baseUrl, lock, request }
}
