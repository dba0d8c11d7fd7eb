import { createHash } from 'node:crypto'
import type { CallRate, Steps } from '../kernel/rate.ts'
import { refusal } from './refusal.ts'

interface Who {
  readonly address: string
  /** The login as it was typed, so that nobody can tell which logins are of one person, or of nobody. */
  readonly account: string
  /** By what it is told from strangers: a browser that has signed in to this account, or the person themself. */
  readonly known?: string | undefined
}

export interface Throttle {
  /**
   * Runs an attempt to sign in, which gives nothing when it failed. Only a failed one counts, and one that was not let
   * through; one that ends well does not wipe out what others have failed. Who is known has a limit of their own:
   * strangers who guess cannot keep them out.
   * @throws AppError `rate_limited` (`too_many_attempts`) before the attempt, saying when to come back
   */
  attempt<T>(who: Who, work: () => Promise<T | undefined>): Promise<T | undefined>
  /** Counts a question that anybody may ask and that costs a row or a hash. @throws as `attempt` does */
  ask(address: string): Promise<void>
  /** Counts an attempt to use a ticket, by its id, whatever comes of it. @throws as `attempt` does */
  askOf(ticket: string): Promise<void>
}

/**
 * Attempts are taken before they are made and given back afterwards, so that a hundred at the same moment are not more
 * than one after another. There is no way round a store that fails: signing in reads the same store.
 */
export function createThrottle(rate: CallRate): Throttle {
  async function take(name: string, steps: Steps): Promise<void> {
    const waitMs = await rate.take(name, steps)
    if (waitMs <= 0) return
    throw refusal('too_many_attempts', { retryAfterSeconds: Math.ceil(waitMs / 1000) })
  }

  return {
    async attempt(who, work) {
      const limits = limitsOn(who)
      for (const [name, steps] of limits) await take(name, steps)
      let isFailed = false
      try {
        const result = await work()
        isFailed = result === undefined
        return result
      } finally {
        if (!isFailed) {
          for (const [name, { step }] of limits) await rate.take(name, { step: -step, room: ANY_ROOM })
        }
      }
    },
    ask: (address) => take(`sign-in questions of ${address}`, PER_ASKER),
    askOf: (ticket) => take(`tries of ${ticket}`, FEW),
  }
}

/** In the order in which they are taken: who has used one up takes nothing of those behind it. */
function limitsOn({ address, account, known }: Who): readonly (readonly [string, Steps])[] {
  if (known !== undefined) return [[`sign-in by ${hashOf(known)}`, FEW]]
  const login = hashOf(account)
  return [
    [`sign-in from ${address}`, PER_ADDRESS],
    [`sign-in from ${address} as ${login}`, FEW],
    [`sign-in as ${login}`, PER_ACCOUNT],
  ]
}

/** A login is kept as a hash: people type passwords into the wrong field. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

const SECOND = 1_000_000
const WINDOW = 900 * SECOND
/** What is given back is given back however full the limit is. */
const ANY_ROOM = 2 * WINDOW
/** Ten at once and in a quarter of an hour: one account from one network, one known browser, one ticket. */
const FEW = withinWindow(10)
/** Twice as many: an office has one address. */
const PER_ADDRESS = withinWindow(20)
/** From everywhere together. NIST SP 800-63B-4 §3.2.2 stops at a hundred. */
const PER_ACCOUNT = withinWindow(100)
/** Thirty at once, then thirty a minute: a page may ask when it opens. */
const PER_ASKER: Steps = { step: 2 * SECOND, room: 58 * SECOND }

function withinWindow(attempts: number): Steps {
  const step = WINDOW / attempts
  return { step, room: WINDOW - step }
}
