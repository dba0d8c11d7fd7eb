import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../store/store.ts'
import { engines } from '../store/testing/engines.ts'
import { hashOfKey } from './keys.ts'
import type { Person } from './person.ts'
import { createAuthenticator } from './testing/authenticator.ts'
import { claim, HERE, join, ORIGIN, OWNER, openReplica, reasonOf, type Stage } from './testing/stage.ts'

const DAY = 24 * 3_600_000
const BORIS = { login: 'boris', name: 'Борис', password: 'щи да каша пища наша' }

describe.each(engines)('invitations on $name', ({ open }) => {
  let store: Store
  let other: Store
  let here: Stage
  let there: Stage
  let owner: Person

  beforeEach(async () => {
    const database = await open()
    store = database.store
    other = await database.again()
    here = openReplica(store)
    there = openReplica(other, { clock: here.clock })
    owner = (await claim(here)).session.person
  })
  afterEach(async () => {
    await other.close()
    await store.close()
  })

  const from = (index: number) => ({ address: `198.51.100.${index}`, agent: '' })
  const invite = (by = owner, name = 'Борис') => here.people.invite(by, { role: 'client', name })

  describe('that somebody tries', () => {
    it('cost no hash for a login that is taken, and ten tries each, whoever makes them', async () => {
      const key = await invite()
      here.hashed.length = 0
      const outcomes = []
      for (let index = 0; index < 11; index += 1) {
        const who = { ...BORIS, login: index % 2 === 0 ? OWNER.login : 'owner' }
        outcomes.push(await reasonOf(here.people.accept(key, 'invite', who, from(index))))
      }
      expect(outcomes).toEqual([...Array(10).fill('login_taken'), 'too_many_attempts'])
      expect(here.hashed).toEqual([])
      expect(await reasonOf(there.people.accept(key, 'invite', BORIS, from(12)))).toBe('too_many_attempts')
      await here.people.accept(await invite(), 'invite', BORIS, from(12))
    })

    it('are not tried without end from one address', async () => {
      const outcomes: unknown[] = []
      while (outcomes.length < 40 && outcomes.at(-1) !== 'too_many_attempts') {
        outcomes.push(await reasonOf(here.people.accept('A'.repeat(43), 'invite', BORIS, HERE)))
      }
      expect(outcomes.at(-1)).toBe('too_many_attempts')
      expect(outcomes.length).toBeGreaterThan(20)
      expect(await reasonOf(here.people.accept('A'.repeat(43), 'invite', BORIS, from(1)))).toBe('key_used')
    })

    it('leave places for those who sign in', async () => {
      const keys = await Promise.all(Array.from({ length: 10 }, () => invite()))
      const posts = Array.from({ length: 30 }, (_, index) =>
        reasonOf(
          here.people.accept(keys[index % 10] ?? '', 'invite', { ...BORIS, login: `b${index}` }, from(1)),
        ),
      )
      const signIns = Array.from({ length: 3 }, (_, index) =>
        reasonOf(here.people.signIn(OWNER, from(2 + index))),
      )
      expect(await Promise.all(signIns)).toEqual([undefined, undefined, undefined])
      await Promise.all(posts)
    })
  })

  describe('of a person who is gone', () => {
    it('are not made: what a replica still knows of the session does not matter', async () => {
      const member = (await join(here, owner, 'member', 'мария')).session.person
      await there.people.remove(owner, member.id)
      expect(await reasonOf(invite(member))).toBe('no_such_person')
      expect(await reasonOf(here.people.passkeys.registration(member))).toBe('no_such_person')
      const rows = await (await store.db()).selectFrom('ticket').select('id').execute()
      expect(rows).toEqual([])
    })

    it('let nobody in, however they came to be there', async () => {
      const member = (await join(here, owner, 'member', 'мария')).session.person
      const key = await invite(member)
      await (await store.db()).deleteFrom('person').where('id', '=', member.id).execute()
      expect(await here.people.ticket(key, 'invite')).toBeUndefined()
      expect(await reasonOf(here.people.accept(key, 'invite', BORIS, HERE))).toBe('key_used')
      expect(await here.people.list(owner)).toHaveLength(1)
    })

    it.each([1, 2, 3])('are all gone when they are made during the removal (%i)', async () => {
      const member = (await join(here, owner, 'member', 'мария')).session.person
      const key = await invite(member)
      const tries = Array.from({ length: 8 }, (_, index) => {
        const { people } = index % 2 === 0 ? here : there
        return reasonOf(people.invite(member, { role: 'client', name: 'Борис' }))
      })
      const accepted = reasonOf(there.people.accept(key, 'invite', BORIS, HERE))
      await here.people.remove(owner, member.id)
      await Promise.all(tries)
      expect([undefined, 'key_used']).toContain(await accepted)
      const rows = await (await store.db()).selectFrom('ticket').select('id').execute()
      expect(rows).toEqual([])
    })

    it('are no questions to a passkey either', async () => {
      const member = (await join(here, owner, 'member', 'мария')).session.person
      const { key, options } = await here.people.passkeys.registration(member)
      await (await store.db()).deleteFrom('person').where('id', '=', member.id).execute()
      const response = createAuthenticator().create({ origin: ORIGIN, options })
      const answer = { key, response, name: 'ноутбук' }
      expect(await reasonOf(here.people.passkeys.register(member, answer))).toBe('passkey_rejected')
      const ticket = { kind: 'passkey_registration', person: member.id, payload: '{}' }
      const times = { createdAt: here.clock.now(), expiresAt: here.clock.now() + DAY }
      expect(await here.store.addTicket({ id: 'x', ...ticket, ...times }, {})).toBe('person_gone')
    })
  })

  describe('that are open', () => {
    it('are listed with who they are for and until when: all for the owner, their own for a member', async () => {
      const member = (await join(here, owner, 'member', 'мария')).session.person
      const used = await invite(owner, 'Пётр')
      await here.people.accept(used, 'invite', BORIS, HERE)
      await invite(owner, 'Ольга')
      here.clock.pass(1)
      await invite(member, 'Иван')
      const own = {
        id: expect.stringMatching(/^[\w-]{43}$/),
        role: 'client',
        name: 'Иван',
        invitedBy: member.id,
        createdAt: here.clock.now(),
        expiresAt: here.clock.now() + 7 * DAY,
      }
      expect(await there.people.invitations(member)).toEqual([own])
      expect((await there.people.invitations(owner)).map(({ name }) => name)).toEqual(['Ольга', 'Иван'])
      expect((await there.people.invitations(owner)).at(-1)).toEqual(own)
      here.clock.pass(7 * DAY)
      expect(await there.people.invitations(owner)).toEqual([])
    })

    it('are none for a client', async () => {
      const client = (await join(here, owner, 'client', 'пётр')).session.person
      await invite()
      expect(await here.people.invitations(client)).toEqual([])
    })

    it('can be withdrawn by who made them and by the owner, and then let nobody in', async () => {
      const member = (await join(here, owner, 'member', 'мария')).session.person
      const [ofOwner, first, second] = [await invite(), await invite(member), await invite(member)]
      expect(await reasonOf(here.people.withdraw(member, hash(ofOwner)))).toBe('invitation_over')
      await here.people.withdraw(member, hash(first))
      await there.people.withdraw(owner, hash(second))
      expect(await reasonOf(here.people.withdraw(owner, hash(second)))).toBe('invitation_over')
      for (const key of [first, second])
        expect(await reasonOf(here.people.accept(key, 'invite', BORIS, HERE))).toBe('key_used')
      await here.people.accept(ofOwner, 'invite', BORIS, HERE)
    })

    it.each(['', 'a\0b', 'nobody'])('are not withdrawn by %j, nor is a setup link', async (id) => {
      const setup = await here.people.setupKey()
      expect(await reasonOf(here.people.withdraw(owner, id))).toBe('invitation_over')
      expect(await reasonOf(here.people.withdraw(owner, hash(setup)))).toBe('invitation_over')
      expect(await here.people.ticket(setup, 'setup')).toBeDefined()
    })

    it('are fifty of one person at most', async () => {
      const member = (await join(here, owner, 'member', 'мария')).session.person
      for (let index = 0; index < 50; index += 1) await invite(member)
      expect(await reasonOf(invite(member))).toBe('invitation_limit')
      await invite(owner)
      const [first] = await here.people.invitations(member)
      await here.people.withdraw(member, first?.id ?? '')
      await invite(member)
      here.clock.pass(7 * DAY)
      await invite(member)
    })
  })
})

/** By what an open invitation is known to those who do not have its key. */
function hash(key: string): string {
  return hashOfKey(key) ?? ''
}
