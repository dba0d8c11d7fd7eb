import { createHmac } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { hashOfKey, newKey } from './keys.ts'
import { rememberIn } from './known-browsers.ts'
import type { KeptPerson, KeptSession, PeopleStore } from './people-store.ts'
import type { From, Person, Session, SignedIn } from './person.ts'

export interface Sessions {
  /** A session to be kept, and what its browser gets; `password` is the hash that the person signs in with. */
  open(
    person: KeptPerson,
    from: From,
    password: string | undefined,
  ): { readonly row: KeptSession; readonly signedIn: SignedIn }
  read(token: string | undefined): Promise<Session | undefined>
  end(token: string): Promise<void>
  endOthers(person: string, token: string): Promise<void>
  /** Reads all sessions anew: something has happened to one. */
  forget(): void
}

interface Around {
  readonly store: Pick<PeopleStore, 'session' | 'endSession' | 'endSessions'>
  readonly shown: (person: KeptPerson) => Person
  readonly clock: Clock
}

/** Signed-in browsers. What was read is known for a second, for as many browsers as ask in one. */
export function createSessions({ store, shown, clock }: Around): Sessions {
  /** By the hash of the token, oldest first. */
  const known = new Map<string, { readonly at: number; readonly session: Promise<Kept | undefined> }>()

  function recall(id: string): Promise<Kept | undefined> {
    const now = clock.now()
    const found = known.get(id)
    if (found !== undefined && isFresh(found.at, now)) return found.session
    known.delete(id)
    for (const [old, { at }] of known) {
      if (isFresh(at, now) && known.size < MOST_KNOWN) break
      known.delete(old)
    }
    // Its age counts from before the question, since the answer may be of then.
    const session = store.session(id, now)
    const entry = { at: now, session }
    known.set(id, entry)
    session.catch(() => known.get(id) === entry && known.delete(id))
    return session
  }

  return {
    open(person, { agent, browser }, password) {
      const token = newKey()
      const createdAt = clock.now()
      const row = {
        id: idOf(token),
        person: person.id,
        agent: agent.slice(0, LONGEST_AGENT),
        createdAt,
        expiresAt: createdAt + LASTS_MS,
      }
      return {
        row,
        signedIn: {
          token,
          browser: rememberIn(browser, { id: person.id, password }),
          session: sessionOf(token, { person, expiresAt: row.expiresAt }, shown),
        },
      }
    },
    async read(token) {
      const id = hashOfKey(token)
      if (id === undefined || token === undefined) return undefined
      const kept = await recall(id)
      return kept && kept.expiresAt > clock.now() ? sessionOf(token, kept, shown) : undefined
    },
    async end(token) {
      const id = hashOfKey(token)
      if (id === undefined) return
      await store.endSession(id)
      known.delete(id)
    },
    async endOthers(person, token) {
      await store.endSessions(person, idOf(token))
      known.clear()
    },
    forget: () => known.clear(),
  }
}

/** The row id of a token; of what is no token one that no row has. */
export function idOf(token: string): string {
  return hashOfKey(token) ?? ''
}

const LASTS_MS = 30 * 24 * 3_600_000
const KNOWN_MS = 1000
const MOST_KNOWN = 5000
const LONGEST_AGENT = 300

interface Kept {
  readonly person: KeptPerson
  readonly expiresAt: number
}

/** Not fresh either when the clock was set back. */
function isFresh(at: number, now: number): boolean {
  return now >= at && now < at + KNOWN_MS
}

function sessionOf(token: string, { person, expiresAt }: Kept, shown: Around['shown']): Session {
  const csrf = createHmac('sha256', token).update('mostik csrf').digest('base64url')
  return { person: shown(person), csrf, expiresAt }
}
