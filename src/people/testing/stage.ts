import { scrypt as nodeScrypt, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { createCallRateStore } from '../../store/call-rate-store.ts'
import { createPeopleStore } from '../../store/person-store.ts'
import type { Store } from '../../store/store.ts'
import { createPeople, type People } from '../people.ts'
import type { PeopleStore } from '../people-store.ts'
import type { Person } from '../person.ts'

export const ORIGIN = 'https://crm.example.com'
export const HERE = { address: '192.0.2.7', agent: 'a browser' }
export const OWNER = { login: 'anna@example.com', name: 'Анна', password: 'каша с маслом 7' }

export interface Stage {
  readonly people: People
  readonly store: PeopleStore
  readonly clock: Clock & { pass(ms: number): void }
  /** The passwords that were hashed so far, with what they cost. */
  readonly hashed: { readonly password: string; readonly cost: ScryptOptions }[]
}

/** One replica on a store; its hashes take no time, unless it is told to use real ones. */
export function openReplica(
  store: Store,
  { adminPassword, clock = createClock() }: { adminPassword?: string; clock?: Stage['clock'] } = {},
): Stage {
  const hashed: Stage['hashed'] = []
  const kept = createPeopleStore(store)
  const people = createPeople({
    store: kept,
    adminPassword,
    origin: () => ORIGIN,
    rate: createCallRateStore(store),
    clock,
    log: silentLog,
    async scrypt(password, salt, length, cost) {
      hashed.push({ password, cost })
      return cheap(password, salt, length, { ...cost, N: 2, p: 1 })
    },
  })
  return { people, store: kept, clock, hashed }
}

/** The owner, by a link as everybody becomes it. */
export async function claim({ people }: Pick<Stage, 'people'>) {
  return people.accept(await people.setupKey(), 'setup', OWNER, HERE)
}

export async function join(
  { people }: Pick<Stage, 'people'>,
  by: Person,
  role: 'member' | 'client',
  login: string,
) {
  const key = await people.invite(by, { role, name: login })
  return people.accept(key, 'invite', { login, name: login, password: `${login} и каша` }, HERE)
}

/** What it is refused with. */
export async function reasonOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  const cause = error instanceof Error ? error.cause : undefined
  return typeof cause === 'object' && cause !== null && 'reason' in cause ? cause.reason : error
}

export function createClock(): Stage['clock'] {
  let now = Date.UTC(2026, 10, 20)
  return {
    now: () => now,
    pass(ms) {
      now += ms
    },
  }
}

const cheap = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(nodeScrypt)
