import { hash, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../kernel/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { createCallers } from './callers.ts'
import { type Challenge, oauthChallenges, plainChallenges } from './challenge.ts'
import type { ConnectionStore, KnownToken } from './connection.ts'
import { createKnownTokens } from './known-tokens.ts'
import { createUseMarks } from './use-marks.ts'
import { createWatch } from './watch.ts'

/** What comes in at the door. */
interface Ask {
  /** The header; a token is read nowhere else. */
  readonly authorization: string | undefined
  /** Empty for the whole surface, else such as `/amocrm`. */
  readonly mount: string
  /** The path and query of the protected resource, such as `/mcp?toolsets=x`: for what a refusal says. */
  readonly path: string
}

export interface Gate {
  /**
   * Who is calling, or what to ask for; a promise only when the store has to be asked, once a second at most for each
   * token. Rejects with AppError `unavailable` when the store is away: a token is then neither good nor bad.
   */
  (ask: Ask): Caller | Challenge | Promise<Caller | Challenge>
  /** Calls once, within two seconds after the connection of this caller has ended; gives what stops the watch. */
  watch(caller: Caller, onEnd: () => void): () => void
  /** Stops every watch. */
  close(): void
}

export interface GateOptions {
  /** `none` lets everybody in as the owner; `token` knows the owner's and personal tokens, `oauth` all kinds. */
  readonly mode: 'oauth' | 'token' | 'none'
  /** One more token of the owner. */
  readonly apiToken?: string | undefined
  readonly store: Pick<ConnectionStore, 'byToken' | 'ended' | 'used'>
  /** The scopes that anybody can have at most. */
  readonly ceiling: ReadonlySet<string>
  readonly publicUrl: () => string
  readonly clock: Clock
  readonly log: Log
}

/** The lock of every route that is for callers: the value of `Authorization` → who is calling. */
export function createGate(options: GateOptions): Gate {
  const { mode, apiToken, store, ceiling, publicUrl, clock, log } = options
  const challenges = mode === 'oauth' ? oauthChallenges(publicUrl, ceiling) : plainChallenges()
  const clientId = mode === 'none' ? 'local' : 'api-token'
  const owner: Caller = { userId: 'owner', clientId, scopes: ceiling }
  const expected = apiToken === undefined ? undefined : digest(apiToken)
  const tokens = createKnownTokens(store, clock)
  const callers = createCallers({ ceiling, publicUrl })
  const markUse = createUseMarks({ store, clock, log })
  const watch = createWatch({ store, clock, log })

  function ask(asked: Ask): Caller | Challenge | Promise<Caller | Challenge> {
    if (mode === 'none') return owner
    const given = bearerIn(asked.authorization)
    if (given === undefined) return challenges.missing(asked)
    const digested = digest(given)
    // Digests are compared, so neither length nor content of the secret shows in time.
    if (expected !== undefined && timingSafeEqual(digested, expected)) return owner
    if (!LIKE_OURS.test(given)) return challenges.wrong(asked)
    const known = tokens.of(digested.toString('base64url'))
    return known instanceof Promise ? known.then((token) => admit(token, asked)) : admit(known, asked)
  }

  function admit(token: KnownToken | undefined, asked: Ask): Caller | Challenge {
    if (token === undefined || !isGood(token, asked.mount)) return challenges.wrong(asked)
    markUse(token.connection)
    return callers.of(token, asked.path)
  }

  /** A personal token is good at every mount; that of an authorization only where the person has allowed it. */
  function isGood({ connection, expiresAt = Infinity }: KnownToken, mount: string): boolean {
    const { kind, endedAt, expiresAt: overAt = Infinity } = connection
    if (endedAt !== undefined || Math.min(expiresAt, overAt) <= clock.now()) return false
    return kind === 'token' || (mode === 'oauth' && connection.mount === mount)
  }

  return Object.assign(ask, {
    watch(caller: Caller, onEnd: () => void) {
      const id = callers.connectionOf(caller)
      return id === undefined ? nothing : watch.add(id, onEnd)
    },
    close: watch.close,
  })
}

export function isChallenge(answer: Caller | Challenge): answer is Challenge {
  return 'challenge' in answer
}

/** Personal tokens and those of the authorization server; what cannot be one is refused without asking the store. */
const LIKE_OURS = /^[\w-]{40,200}$/

function bearerIn(authorization = ''): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

function nothing(): void {}
