import type { Clock } from '../kernel/clock.ts'
import type { ConnectionStore, KnownToken } from './connection.ts'

/** What the store says of tokens, kept for a second; the same object as long as it says the same. */
export interface KnownTokens {
  /** A promise only when the store has to be asked; it rejects when the store cannot say. */
  of(tokenHash: string): KnownToken | undefined | Promise<KnownToken | undefined>
}

interface Entry {
  readonly token: KnownToken | undefined
  /** When the store was asked: what was true then is trusted from then. Unix ms. */
  readonly askedAt: number
}

/** A revocation, of whatever replica, is in force after this time. */
const FRESH_MS = 1_000
/** Bounds apart, so that a flood of invented tokens pushes none of the known ones out. */
const KNOWN = 20_000
const UNKNOWN = 5_000

export function createKnownTokens(store: Pick<ConnectionStore, 'byToken'>, clock: Clock): KnownTokens {
  const known = new Map<string, Entry>()
  const unknown = new Map<string, Entry>()
  const readings = new Map<
    string,
    { readonly askedAt: number; readonly token: Promise<KnownToken | undefined> }
  >()
  const isFresh = (askedAt: number) => Math.abs(clock.now() - askedAt) < FRESH_MS

  async function read(tokenHash: string): Promise<KnownToken | undefined> {
    const askedAt = clock.now()
    try {
      const token = sameIfEqual(known.get(tokenHash)?.token, await store.byToken(tokenHash))
      keep(tokenHash, { token, askedAt })
      return token
    } finally {
      if (readings.get(tokenHash)?.askedAt === askedAt) readings.delete(tokenHash)
    }
  }

  /** An answer that was overtaken by a later one takes its place, and is too old to be believed by then. */
  function keep(tokenHash: string, entry: Entry): void {
    known.delete(tokenHash)
    unknown.delete(tokenHash)
    const [kept, most] = entry.token === undefined ? [unknown, UNKNOWN] : [known, KNOWN]
    const [oldest] = kept.keys()
    if (oldest !== undefined && kept.size >= most) kept.delete(oldest)
    kept.set(tokenHash, entry)
  }

  return {
    of(tokenHash) {
      const entry = known.get(tokenHash) ?? unknown.get(tokenHash)
      if (entry !== undefined && isFresh(entry.askedAt)) return entry.token
      const running = readings.get(tokenHash)
      // An answer to a question of long ago may be of before a revocation.
      if (running !== undefined && isFresh(running.askedAt)) return running.token
      const reading = { askedAt: clock.now(), token: read(tokenHash) }
      readings.set(tokenHash, reading)
      return reading.token
    },
  }
}

/** What is derived from a token is kept as long as nothing of it has changed. */
function sameIfEqual(before: KnownToken | undefined, now: KnownToken | undefined): KnownToken | undefined {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(now) ? before : now
}
