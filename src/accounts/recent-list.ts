import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { AccountStore, LinkedAccount } from './account-store.ts'

/** What this process knows of one person's linked accounts. The same object as long as nothing has changed. */
export interface Known {
  /** Nothing when the store could not be asked yet, and may hold some. */
  readonly linked: readonly LinkedAccount[] | undefined
  /** Why the store could not be asked the last time; what is known may be old then. */
  readonly failure: unknown
}

export interface KnownAccounts {
  /** As another process may have changed it a moment ago. A promise only when the store has to be asked. */
  of(owner: string): Known | Promise<Known>
  /** As it was known last, at once. */
  last(owner: string): Known
  /** The next `of` asks the store. */
  forget(owner: string): void
}

interface Person {
  known: Known
  /** Unix ms; what was read before that moment is asked for again. */
  readAt: number
  reading: Promise<Known> | undefined
}

/** So that a running server notices what another process links and unlinks. */
const FRESH_MS = 1_000
const PEOPLE = 10_000
/** A database that is silent takes four times as long to be given up: too long for a call that can do without. */
const PATIENCE_MS = 3_000

export function createKnownAccounts(around: {
  store: Pick<AccountStore, 'list'>
  /** Whether the store held linked accounts when the process started. */
  holdsSome: boolean
  clock: Clock
  log: Log
}): KnownAccounts {
  const { store, holdsSome, clock, log } = around
  const people = new Map<string, Person>()

  function personOf(owner: string): Person {
    const found = people.get(owner)
    if (found !== undefined) return found
    const unread: Known = { linked: holdsSome ? undefined : [], failure: undefined }
    const person = { known: unread, readAt: Number.NEGATIVE_INFINITY, reading: undefined }
    const [oldest] = people.keys()
    if (oldest !== undefined && people.size >= PEOPLE) people.delete(oldest)
    people.set(owner, person)
    return person
  }

  async function read(owner: string, person: Person): Promise<Known> {
    try {
      const linked = await store.list(owner)
      const { known } = person
      const isSame = known.failure === undefined && JSON.stringify(linked) === JSON.stringify(known.linked)
      if (!isSame) person.known = { linked, failure: undefined }
    } catch (failure) {
      failed(person, failure)
    }
    person.readAt = clock.now()
    person.reading = undefined
    return person.known
  }

  /** What is known goes on serving: an upstream can be worked in while this server's own store is away. */
  function failed(person: Person, failure: unknown): void {
    const { linked, failure: earlier } = person.known
    if (earlier === undefined) log.warn({ err: failure }, 'linked accounts unknown')
    person.known = { linked, failure }
  }

  /** The reading goes on when it takes too long, and what it brings is known then. */
  function readSoon(owner: string, person: Person): Promise<Known> {
    const reading = read(owner, person)
    const { linked, failure } = person.known
    if (linked === undefined || failure !== undefined) return reading
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        failed(person, silent())
        resolve(person.known)
      }, PATIENCE_MS)
      void reading.then((known) => {
        clearTimeout(timer)
        resolve(known)
      })
    })
  }

  return {
    of(owner) {
      const person = personOf(owner)
      if (Math.abs(clock.now() - person.readAt) < FRESH_MS) return person.known
      person.reading ??= readSoon(owner, person)
      // A store that has failed may take seconds to fail again.
      return person.known.failure === undefined ? person.reading : person.known
    },
    last: (owner) => personOf(owner).known,
    forget(owner) {
      personOf(owner).readAt = Number.NEGATIVE_INFINITY
    },
  }
}

function silent(): AppError {
  return new AppError('unavailable', 'The database of this server does not answer.', {
    hint: 'Try again in a few seconds; if it stays so, look whether the database runs.',
    retryAfterSeconds: 5,
  })
}
