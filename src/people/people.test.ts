import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../store/store.ts'
import { engines } from '../store/testing/engines.ts'
import { createAuthenticator } from './testing/authenticator.ts'
import { claim, HERE, join, ORIGIN, OWNER, openReplica, reasonOf, type Stage } from './testing/stage.ts'

const DAY = 24 * 3_600_000
const BORIS = { login: 'boris', name: 'Борис', password: 'щи да каша пища наша' }

describe.each(engines)('people on $name', ({ open }) => {
  let store: Store
  let again: () => Promise<Store>
  let here: Stage
  let opened: Store[]

  beforeEach(async () => {
    const database = await open()
    store = database.store
    opened = [store]
    again = async () => {
      const other = await database.again()
      opened.push(other)
      return other
    }
    here = openReplica(store)
  })
  afterEach(async () => {
    for (const each of opened.reverse()) await each.close()
  })

  describe('the owner', () => {
    it('is nobody until a setup link is used, and then signs in with what was set', async () => {
      expect(await here.people.isClaimed()).toBe(false)
      const { session } = await claim(here)
      expect(session.person).toMatchObject({
        id: 'owner',
        role: 'owner',
        login: OWNER.login,
        hasPassword: true,
      })
      expect(await here.people.isClaimed()).toBe(true)
      const again = await here.people.signIn({ ...OWNER, login: ' ANNA@Example.com ' }, HERE)
      expect(again.session.person).toMatchObject(session.person)
    })

    it('can always sign in as "owner", a login that nobody else gets', async () => {
      const { session } = await claim(here)
      expect((await here.people.signIn({ ...OWNER, login: 'Owner' }, HERE)).session.person.id).toBe('owner')
      const key = await here.people.invite(session.person, { role: 'member', name: 'x' })
      expect(await reasonOf(here.people.accept(key, 'invite', { ...BORIS, login: 'OWNER' }, HERE))).toBe(
        'login_taken',
      )
    })

    it('comes back through a new setup link, which ends every session there is', async () => {
      const { token } = await claim(here)
      const renewed = { login: 'anna', name: 'Анна', password: 'другая каша 8' }
      const { session } = await here.people.accept(await here.people.setupKey(), 'setup', renewed, HERE)
      expect(session.person.id).toBe('owner')
      expect(await here.people.session(token)).toBeUndefined()
      expect(await reasonOf(here.people.signIn(OWNER, HERE))).toBe('wrong_password')
      expect((await here.people.list(session.person)).map(({ login }) => login)).toEqual(['anna'])
    })

    it('comes back alone: no passkey, invitation or question of before lets anybody in', async () => {
      const { session } = await claim(here)
      const { people } = here
      const key = createAuthenticator()
      const register = async (authenticator: typeof key) => {
        const { key, options } = await people.passkeys.registration(session.person)
        const response = authenticator.create({ origin: ORIGIN, options })
        return () => people.passkeys.register(session.person, { key, response, name: 'x' })
      }
      await (await register(key))()
      const late = await register(createAuthenticator())
      const invitation = await people.invite(session.person, { role: 'member', name: 'x' })
      const member = await join(here, session.person, 'member', 'мария')
      await people.accept(await people.setupKey(), 'setup', { ...OWNER, password: 'другая каша 8' }, HERE)
      expect(await people.passkeys.list(session.person)).toEqual([])
      expect(await reasonOf(late())).toBe('passkey_late')
      expect(await reasonOf(people.accept(invitation, 'invite', BORIS, HERE))).toBe('key_used')
      expect(await people.session(member.token)).toBeDefined()
    })

    it('has one setup link at a time, for a day', async () => {
      const first = await here.people.setupKey()
      const second = await here.people.setupKey()
      expect(await here.people.ticket(first, 'setup')).toBeUndefined()
      expect(await here.people.ticket(second, 'setup')).toEqual({ role: 'owner', name: '' })
      here.clock.pass(DAY)
      expect(await here.people.ticket(second, 'setup')).toBeUndefined()
      expect(await reasonOf(here.people.accept(second, 'setup', OWNER, HERE))).toBe('key_used')
    })

    it('has the password of the settings while they give one, whatever was set before', async () => {
      await claim(here)
      const fixed = openReplica(store, { adminPassword: 'пароль из настроек' })
      expect(await reasonOf(fixed.people.signIn(OWNER, HERE))).toBe('wrong_password')
      const who = { login: OWNER.login, password: 'пароль из настроек' }
      const { token, session } = await fixed.people.signIn(who, HERE)
      expect(fixed.people.passwordIsFixed(session.person)).toBe(true)
      const wish = { current: who.password, next: 'новый и длинный' }
      expect(await reasonOf(fixed.people.changePassword(session.person, wish, token, HERE))).toBe(
        'password_fixed',
      )
      expect(await reasonOf(fixed.people.setupKey())).toBe('password_fixed')
      expect((await here.people.signIn(OWNER, HERE)).session.person.id).toBe('owner')
    })

    it('needs no setup link when the settings give a password', async () => {
      const fixed = openReplica(store, { adminPassword: 'пароль из настроек' })
      expect(await fixed.people.isClaimed()).toBe(true)
      const key = await here.people.setupKey()
      expect(await reasonOf(fixed.people.accept(key, 'setup', OWNER, HERE))).toBe('password_fixed')
      const who = { login: 'owner', password: 'пароль из настроек' }
      const { token, session } = await fixed.people.signIn(who, HERE)
      expect(session.person).toMatchObject({ id: 'owner', login: 'owner', hasPassword: true })
      expect((await fixed.people.session(token))?.person).toEqual(session.person)
      expect(await here.people.isClaimed(), 'without the setting').toBe(false)
    })
  })

  describe('an invitation', () => {
    it('makes a person of the role that was promised, once', async () => {
      const { session } = await claim(here)
      const key = await here.people.invite(session.person, { role: 'member', name: ' Борис ' })
      const { name: inviter } = session.person
      expect(await here.people.ticket(key, 'invite')).toEqual({ role: 'member', name: 'Борис', inviter })
      expect(await here.people.ticket(key, 'setup'), 'not good for the owner').toBeUndefined()
      const joined = await here.people.accept(key, 'invite', BORIS, HERE)
      expect(joined.session.person).toMatchObject({ role: 'member', login: 'boris', invitedBy: 'owner' })
      expect(await reasonOf(here.people.accept(key, 'invite', { ...BORIS, login: 'x' }, HERE))).toBe(
        'key_used',
      )
      expect((await here.people.session(joined.token))?.person).toEqual(joined.session.person)
    })

    it.each([1, 2, 3])('is won by one of many who accept it at once on two replicas (%i)', async () => {
      const there = openReplica(await again())
      const { session } = await claim(here)
      const key = await here.people.invite(session.person, { role: 'client', name: 'Борис' })
      const tries = Array.from({ length: 6 }, (_, index) => {
        const login = index < 4 ? `boris-${index}` : 'boris'
        const { people } = index % 2 === 0 ? here : there
        return reasonOf(people.accept(key, 'invite', { ...BORIS, login }, HERE))
      })
      const outcomes = await Promise.all(tries)
      expect(outcomes.sort()).toEqual([...Array(5).fill('key_used'), undefined])
      expect(await here.people.list(session.person)).toHaveLength(2)
    })

    it('stays good when the login is taken or something else does not fit', async () => {
      const { session } = await claim(here)
      const key = await here.people.invite(session.person, { role: 'client', name: 'Борис' })
      const attempts = [
        [{ ...BORIS, login: 'Anna@EXAMPLE.com' }, 'login_taken'],
        [{ ...BORIS, login: '  ' }, 'bad_login'],
        [{ ...BORIS, login: 'a\nb' }, 'bad_login'],
        [{ ...BORIS, login: 'x'.repeat(201) }, 'bad_login'],
        [{ ...BORIS, name: '' }, 'bad_name'],
        [{ ...BORIS, password: 'каша' }, 'short_password'],
        [{ ...BORIS, password: 'щи да каша '.repeat(20) }, 'long_password'],
        [{ ...BORIS, password: 'Password2026!' }, 'weak_password'],
      ] as const
      for (const [who, reason] of attempts) {
        expect(await reasonOf(here.people.accept(key, 'invite', who, HERE))).toBe(reason)
      }
      await here.people.accept(key, 'invite', BORIS, HERE)
    })

    it.each(['\u200B', '\u200E', '\u202E', '\u2066', '\u00AD', '\uFEFF', '\u3164', '\u{E0041}'])(
      'takes no login and no name with the unseen %j',
      async (unseen) => {
        const { session } = await claim(here)
        const key = await here.people.invite(session.person, { role: 'client', name: 'Борис' })
        for (const login of [`bo${unseen}ris`, 'boris@\uFE0Fexample.ru']) {
          const who = { ...BORIS, login }
          expect(await reasonOf(here.people.accept(key, 'invite', who, HERE))).toBe('bad_login')
        }
        const who = { ...BORIS, name: `Бо${unseen}рис` }
        expect(await reasonOf(here.people.accept(key, 'invite', who, HERE))).toBe('bad_name')
        await here.people.accept(key, 'invite', { ...BORIS, name: 'Борис ❤️' }, HERE)
      },
    )

    it('is good for a week, and not after who made it is gone', async () => {
      const { session } = await claim(here)
      const late = await here.people.invite(session.person, { role: 'client', name: 'Борис' })
      here.clock.pass(7 * DAY)
      expect(await reasonOf(here.people.accept(late, 'invite', BORIS, HERE))).toBe('key_used')
      const { session: member } = await join(here, session.person, 'member', 'мария')
      const orphan = await here.people.invite(member.person, { role: 'client', name: 'Борис' })
      await here.people.remove(session.person, member.person.id)
      expect(await reasonOf(here.people.accept(orphan, 'invite', BORIS, HERE))).toBe('key_used')
    })

    it('is for the owner to give, and to clients for members', async () => {
      const owner = (await claim(here)).session.person
      const member = (await join(here, owner, 'member', 'мария')).session.person
      const client = (await join(here, member, 'client', 'пётр')).session.person
      expect(client.invitedBy).toBe(member.id)
      expect(await reasonOf(here.people.invite(member, { role: 'member', name: 'x' }))).toBe('may_not_invite')
      expect(await reasonOf(here.people.invite(client, { role: 'client', name: 'x' }))).toBe('may_not_invite')
    })

    it.each(['', 'x', 'A'.repeat(43), '../../etc/passwd'])('is nothing with the key %j', async (key) => {
      expect(await here.people.ticket(key, 'invite')).toBeUndefined()
      expect(await reasonOf(here.people.accept(key, 'invite', BORIS, HERE))).toBe('key_used')
    })
  })

  describe('who knows of whom', () => {
    it('is everybody for the owner, their clients for a member, nobody for a client', async () => {
      const owner = (await claim(here)).session.person
      const [maria, oleg] = [
        (await join(here, owner, 'member', 'мария')).session.person,
        (await join(here, owner, 'member', 'олег')).session.person,
      ]
      const client = (await join(here, maria, 'client', 'пётр')).session.person
      const seen = async (by: typeof owner) => (await here.people.list(by)).map(({ id }) => id).sort()
      expect(await seen(owner)).toEqual([owner.id, maria.id, oleg.id, client.id].sort())
      expect(await seen(maria)).toEqual([maria.id, client.id].sort())
      expect(await seen(oleg)).toEqual([oleg.id])
      expect(await seen(client)).toEqual([client.id])
    })

    it('decides who may take whom away, and tells nobody but the owner who exists', async () => {
      const owner = (await claim(here)).session.person
      const maria = (await join(here, owner, 'member', 'мария')).session.person
      const oleg = (await join(here, owner, 'member', 'олег')).session.person
      const client = (await join(here, maria, 'client', 'пётр')).session.person
      const attempts = [
        [oleg, client.id, 'may_not_remove'],
        [oleg, 'nobody', 'may_not_remove'],
        [oleg, 'a\0b', 'may_not_remove'],
        [owner, 'a\0b', 'no_such_person'],
        [client, client.id, 'may_not_remove'],
        [maria, owner.id, 'may_not_remove'],
        [maria, maria.id, 'may_not_remove'],
        [owner, owner.id, 'may_not_remove'],
        [owner, 'nobody', 'no_such_person'],
      ] as const
      for (const [by, id, reason] of attempts) {
        expect(await reasonOf(here.people.removable(by, id))).toBe(reason)
        expect(await reasonOf(here.people.remove(by, id))).toBe(reason)
      }
      expect(await here.people.removable(maria, client.id)).toEqual(client)
      await here.people.remove(maria, client.id)
      await here.people.remove(owner, maria.id)
      expect((await here.people.list(owner)).map(({ id }) => id).sort()).toEqual([owner.id, oleg.id].sort())
      expect(await here.people.find(client.id)).toBeUndefined()
      expect(await here.people.find(oleg.id)).toEqual(oleg)
    })
  })
})
