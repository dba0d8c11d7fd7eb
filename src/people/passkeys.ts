import type { Clock } from '../kernel/clock.ts'
import type { Owner } from './owner.ts'
import type { KeptPasskey, KeptPerson, PeopleStore } from './people-store.ts'
import type { From, Person, SignedIn } from './person.ts'
import { refusal } from './refusal.ts'
import type { Sessions } from './sessions.ts'
import { readName } from './texts.ts'
import type { Throttle } from './throttle.ts'
import type { Tickets } from './tickets.ts'
import { askForKnown, askForNew, idIn, readKnown, readNew } from './webauthn.ts'

/** WebAuthn credentials. The `options` go to the browser as they are; `key` comes back with its answer, once and within five minutes. */
export interface Passkeys {
  list(person: Person): Promise<readonly Passkey[]>
  registration(person: Person): Promise<{ key: string; options: object }>
  /** @throws AppError `not_allowed` (`passkey_late`, `passkey_rejected`), `invalid_input` (`passkey_limit`, `bad_name`) */
  register(person: Person, answer: { key: string; response: unknown; name: string }): Promise<void>
  /** @throws AppError `rate_limited` (`too_many_attempts`) */
  authentication(from: From): Promise<{ key: string; options: object }>
  /** @throws AppError `not_allowed` (`passkey_late`, `passkey_unknown`, `passkey_rejected`) */
  signIn(answer: { key: string; response: unknown }, from: From): Promise<SignedIn>
  /** @throws AppError `not_allowed` (`passkey_last`) rather than lock the person out */
  remove(person: Person, id: string): Promise<void>
}

type Passkey = Pick<KeptPasskey, 'id' | 'name' | 'createdAt' | 'usedAt'>

interface Around {
  readonly store: PeopleStore
  readonly owner: Owner
  readonly tickets: Tickets
  readonly sessions: Sessions
  readonly throttle: Throttle
  readonly origin: () => string
  readonly clock: Clock
}

export function createPasskeys({
  store,
  owner,
  tickets,
  sessions,
  throttle,
  origin,
  clock,
}: Around): Passkeys {
  async function personOf(id: string): Promise<KeptPerson> {
    const person = await store.find(id)
    if (person === undefined) throw refusal('no_such_person')
    return person
  }

  async function knownOf(person: string): Promise<readonly KeptPasskey[]> {
    const known = await store.passkeys(person)
    if (known.length >= MOST) throw refusal('passkey_limit')
    return known
  }

  return {
    async list({ id: person }) {
      const kept = await store.passkeys(person)
      return kept.map(({ id, name, createdAt, usedAt }) => ({ id, name, createdAt, usedAt }))
    },
    async registration({ id }) {
      const { options, challenge } = await askForNew(origin(), await personOf(id), await knownOf(id))
      const payload = { challenge }
      return { key: await tickets.make({ kind: 'passkey_registration', person: id, payload }), options }
    },
    async register({ id: person }, { key, response, name }) {
      const readable = readName(name)
      const ticket = await tickets.use('passkey_registration', key)
      if (ticket?.person !== person) throw refusal('passkey_late')
      await knownOf(person)
      const made = await readNew(origin(), challengeOf(ticket), response)
      const passkey = { ...made, person, name: readable, createdAt: clock.now(), usedAt: undefined }
      if (!(await store.addPasskey(passkey))) throw refusal('passkey_rejected')
    },
    async authentication({ address }) {
      await throttle.ask(address)
      const { options, challenge } = await askForKnown(origin())
      return { key: await tickets.make({ kind: 'passkey_question', payload: { challenge } }), options }
    },
    async signIn({ key, response }, from) {
      const ticket = await tickets.use('passkey_question', key)
      if (ticket === undefined) throw refusal('passkey_late')
      const passkey = await store.passkey(idIn(response))
      if (passkey === undefined) throw refusal('passkey_unknown')
      const counter = await readKnown(origin(), challengeOf(ticket), response, passkey)
      const person = await personOf(passkey.person)
      const { row, signedIn } = sessions.open(person, from, await owner.passwordOf(person))
      if (!(await store.usePasskey({ id: passkey.id, counter }, row))) throw refusal('passkey_rejected')
      return signedIn
    },
    async remove({ id: person, hasPassword }, id) {
      const known = await store.passkeys(person)
      if (!hasPassword && known.length === 1 && known[0]?.id === id) throw refusal('passkey_last')
      await store.removePasskey(person, id)
    },
  }
}

const MOST = 20

function challengeOf({ payload }: { readonly payload: string }): string {
  return (JSON.parse(payload) as { challenge: string }).challenge
}
