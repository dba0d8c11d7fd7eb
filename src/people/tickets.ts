import type { Clock } from '../kernel/clock.ts'
import { hashOfKey, newKey } from './keys.ts'
import type { KeptTicket, PeopleStore } from './people-store.ts'
import { refusal } from './refusal.ts'

/** What is good for one use: links that let somebody in, questions to a passkey. */
export interface Tickets {
  /** The key of a new ticket. @throws AppError `not_found` (`no_such_person`), `invalid_input` (`invitation_limit`) */
  make(wish: Wish): Promise<string>
  /** Leaves it good. */
  read(kind: Kind, key: string): Promise<KeptTicket | undefined>
  use(kind: Kind, key: string): Promise<KeptTicket | undefined>
}

type Kind = keyof typeof LASTS_MS

interface Wish {
  readonly kind: Kind
  readonly person?: string
  readonly payload: object
}

export function createTickets({ store, clock }: { store: PeopleStore; clock: Clock }): Tickets {
  return {
    async make({ kind, person, payload }) {
      const key = newKey()
      const createdAt = clock.now()
      const ticket = {
        id: hashOfKey(key) ?? '',
        kind,
        person,
        payload: JSON.stringify(payload),
        createdAt,
        expiresAt: createdAt + LASTS_MS[kind],
      }
      const outcome = await store.addTicket(ticket, LIMITS[kind] ?? {})
      if (outcome === 'person_gone') throw refusal('no_such_person')
      if (outcome === 'too_many') throw refusal('invitation_limit')
      return key
    },
    async read(kind, key) {
      const id = hashOfKey(key)
      return id === undefined ? undefined : store.ticket({ id, kind }, clock.now())
    },
    async use(kind, key) {
      const id = hashOfKey(key)
      return id === undefined ? undefined : store.useTicket({ id, kind }, clock.now())
    },
  }
}

const LIMITS: Partial<Record<Kind, Parameters<PeopleStore['addTicket']>[1]>> = {
  setup: { alone: true },
  invite: { most: 50 },
}
const HOUR = 3_600_000
const LASTS_MS = {
  setup: 24 * HOUR,
  invite: 7 * 24 * HOUR,
  passkey_registration: HOUR / 12,
  passkey_question: HOUR / 12,
}
