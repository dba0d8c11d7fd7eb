import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppError } from '../kernel/errors.ts'
import type { Store } from '../store/store.ts'
import { engines } from '../store/testing/engines.ts'
import { hashOfKey } from './keys.ts'
import { claim, HERE, join, OWNER, openReplica, reasonOf, type Stage } from './testing/stage.ts'

const WRONG = { login: OWNER.login, password: 'не та каша 1' }

describe.each(engines)('signing in on $name', ({ open }) => {
  let store: Store
  let other: Store
  let here: Stage
  let there: Stage

  beforeEach(async () => {
    const database = await open()
    store = database.store
    other = await database.again()
    here = openReplica(store)
    there = openReplica(other, { clock: here.clock })
  })
  afterEach(async () => {
    await other.close()
    await store.close()
  })

  const from = (address: string) => ({ address, agent: '' })

  describe('a session', () => {
    it('is known on every replica, with the same csrf, and is not the token of another', async () => {
      const { token, session } = await claim(here)
      expect(await there.people.session(token)).toEqual(session)
      const second = await there.people.signIn(OWNER, HERE)
      expect(second.token).not.toBe(token)
      expect(second.session.csrf).not.toBe(session.csrf)
    })

    it.each([undefined, '', 'x', 'A'.repeat(43), 'B'.repeat(1000)])(
      'is not there for the token %j',
      async (token) => {
        expect(await here.people.session(token)).toBeUndefined()
      },
    )

    it('leaves nothing in the database that lets anybody in', async () => {
      const { token, session } = await claim(here)
      const key = await here.people.setupKey()
      const db = await store.db()
      const rows = [
        await db.selectFrom('web_session').selectAll().execute(),
        await db.selectFrom('person').selectAll().execute(),
        await db.selectFrom('ticket').selectAll().execute(),
        await db.selectFrom('call_rate').selectAll().execute(),
      ]
      for (const secret of [token, session.csrf, key, OWNER.password])
        expect(JSON.stringify(rows)).not.toContain(secret)
    })

    it('is over after thirty days, however much it is used, and its row goes', async () => {
      const { token, session } = await claim(here)
      here.clock.pass(session.expiresAt - here.clock.now() - 1)
      expect(await here.people.session(token)).toBeDefined()
      here.clock.pass(1)
      expect(await here.people.session(token)).toBeUndefined()
      await here.people.signIn(OWNER, HERE)
      const rows = await (await store.db()).selectFrom('web_session').select('id').execute()
      expect(rows).toHaveLength(1)
    })

    it('ends at once where its person signs out, and within a second elsewhere', async () => {
      const { token } = await claim(here)
      expect(await there.people.session(token)).toBeDefined()
      await here.people.signOut(token)
      expect(await here.people.session(token)).toBeUndefined()
      there.clock.pass(1000)
      expect(await there.people.session(token)).toBeUndefined()
    })

    it('is one of the newest fifty of its person; the others end', async () => {
      const { token, session } = await claim(here)
      const maria = await join(here, session.person, 'member', 'мария')
      here.clock.pass(1)
      const second = await here.people.signIn(OWNER, HERE)
      for (let times = 0; times < 49; times += 1) {
        here.clock.pass(1)
        await here.people.signIn(OWNER, HERE)
      }
      const rows = await (await store.db())
        .selectFrom('web_session')
        .select('id')
        .where('person', '=', 'owner')
        .execute()
      expect(rows).toHaveLength(50)
      expect(await there.people.session(token)).toBeUndefined()
      expect(await there.people.session(second.token)).toBeDefined()
      expect(await there.people.session(maria.token)).toBeDefined()
    })

    it('ends elsewhere when its person wants it so', async () => {
      const [first, second] = [await claim(here), await here.people.signIn(OWNER, HERE)]
      const strange = await join(here, first.session.person, 'member', 'мария')
      await here.people.signOutElsewhere(first.session.person, second.token)
      expect(await here.people.session(first.token)).toBeUndefined()
      expect(await here.people.session(second.token)).toBeDefined()
      expect(await here.people.session(strange.token)).toBeDefined()
    })

    it('of a removed person ends within a second on another replica, and is not begun anew', async () => {
      const { session: owner } = await claim(here)
      const { token, session } = await join(here, owner.person, 'member', 'мария')
      expect((await there.people.session(token))?.person.id).toBe(session.person.id)
      await here.people.remove(owner.person, session.person.id)
      expect(await here.people.session(token)).toBeUndefined()
      there.clock.pass(1000)
      expect(await there.people.session(token)).toBeUndefined()
      const who = { login: 'мария', password: 'мария и каша' }
      expect(await reasonOf(there.people.signIn(who, HERE))).toBe('wrong_password')
    })
  })

  describe('a password', () => {
    it('is changed by who knows it, which ends all other sessions on every replica', async () => {
      const [first, second] = [await claim(here), await there.people.signIn(OWNER, HERE)]
      const wish = { current: OWNER.password, next: 'новая каша 9' }
      await here.people.changePassword(first.session.person, wish, first.token, HERE)
      expect(await here.people.session(first.token)).toBeDefined()
      there.clock.pass(1000)
      expect(await there.people.session(second.token)).toBeUndefined()
      expect(await reasonOf(there.people.signIn(OWNER, HERE))).toBe('wrong_password')
      await there.people.signIn({ login: OWNER.login, password: 'новая каша 9' }, HERE)
    })

    it('is not changed by who does not know it, nor to a bad one, and guessing it here is limited too', async () => {
      const { token, session } = await claim(here)
      const change = (current: string, next: string) =>
        reasonOf(here.people.changePassword(session.person, { current, next }, token, HERE))
      expect(await change(OWNER.password, '1234567890')).toBe('weak_password')
      expect(await change(OWNER.password, 'каша')).toBe('short_password')
      const guesses = []
      for (let guess = 0; guess < 11; guess += 1) guesses.push(await change(`не то ${guess}`, 'новая каша 9'))
      expect(guesses).toEqual([...Array(10).fill('wrong_password'), 'too_many_attempts'])
    })

    it('is changed by one of two who change it at once', async () => {
      const { token, session } = await claim(here)
      const change = ({ people }: Stage, next: string) =>
        reasonOf(people.changePassword(session.person, { current: OWNER.password, next }, token, HERE))
      const outcomes = await Promise.all([change(here, 'новая каша 1'), change(there, 'новая каша 2')])
      expect(outcomes.sort()).toEqual(['wrong_password', undefined])
    })

    it('starts no session once it was changed while its hash was made', async () => {
      const { session } = await claim(here)
      const { password } = (await here.store.find('owner')) ?? {}
      const wish = { person: 'owner', from: password ?? '', to: 'another hash', keptSession: '' }
      expect(await here.store.changePassword(wish)).toBe(true)
      const row = { id: 'x', person: 'owner', agent: '', createdAt: 0, expiresAt: session.expiresAt }
      expect(await here.store.startSession(row, { password })).toBe(false)
    })

    it.each([1, 2, 3])('leaves no session of the old one when it is changed meanwhile (%i)', async () => {
      const { token, session } = await claim(here)
      const wish = { current: OWNER.password, next: 'новая каша 9' }
      const strangers = Array.from({ length: 8 }, (_, index) =>
        (index % 2 === 0 ? here : there).people.signIn(OWNER, HERE).catch(() => undefined),
      )
      await here.people.changePassword(session.person, wish, token, HERE)
      await Promise.all(strangers)
      const rows = await (await store.db()).selectFrom('web_session').select('id').execute()
      expect(rows.map(({ id }) => id)).toEqual([hashOfKey(token)])
    })

    it.each([1, 2, 3])('starts no session of a person who is removed meanwhile (%i)', async () => {
      const { session: owner } = await claim(here)
      const { session: member } = await join(here, owner.person, 'member', 'мария')
      const who = { login: 'мария', password: 'мария и каша' }
      const tries = Array.from({ length: 8 }, (_, index) =>
        (index % 2 === 0 ? here : there).people.signIn(who, HERE).catch(() => undefined),
      )
      await there.people.remove(owner.person, member.person.id)
      await Promise.all(tries)
      const rows = await (await store.db()).selectFrom('web_session').select('person').execute()
      expect(rows).toEqual([{ person: 'owner' }])
    })

    it('costs the same work for a login that nobody has, and the same words', async () => {
      const { session } = await claim(here)
      await join(here, session.person, 'member', 'мария')
      here.hashed.length = 0
      const errors = []
      for (const login of [OWNER.login, 'мария', 'nobody@example.com']) {
        errors.push(await here.people.signIn({ ...WRONG, login }, HERE).catch((error: unknown) => error))
      }
      expect(here.hashed).toHaveLength(3)
      const [first] = here.hashed
      for (const each of here.hashed) expect(each).toEqual(first)
      const told = errors.map((error) => ({ ...(error as AppError), message: (error as AppError).message }))
      expect(told).toEqual([told[0], told[0], told[0]])
    })

    it.each(['owner\0', 'a\0b', '\0'])('is wrong for the login %j, which nobody can have', async (login) => {
      await claim(here)
      expect(await reasonOf(here.people.signIn({ ...OWNER, login }, HERE))).toBe('wrong_password')
    })

    it('is not hashed at its full length when it is absurdly long', async () => {
      await claim(here)
      here.hashed.length = 0
      const who = { login: OWNER.login, password: 'каша '.repeat(10_000) }
      expect(await reasonOf(here.people.signIn(who, HERE))).toBe('wrong_password')
      expect(here.hashed.map(({ password }) => password.length)).toEqual([0])
    })

    it('may be typed in another form of the same letters', async () => {
      const { session } = await claim(here)
      const key = await here.people.invite(session.person, { role: 'member', name: 'x' })
      const who = { login: 'Зоё', name: 'x', password: 'ещё один ёжик' }
      await here.people.accept(key, 'invite', who, HERE)
      await here.people.signIn(
        { login: 'зоё'.normalize('NFD'), password: who.password.normalize('NFD') },
        HERE,
      )
    })
  })

  describe('the throttle', () => {
    it('stops guessing one account from one network, on all replicas together, and says when to come back', async () => {
      await claim(here)
      const outcomes = []
      for (let guess = 0; guess < 12; guess += 1)
        outcomes.push(await reasonOf((guess % 2 === 0 ? here : there).people.signIn(WRONG, HERE)))
      expect(outcomes).toEqual([...Array(10).fill('wrong_password'), ...Array(2).fill('too_many_attempts')])
      const right = there.people.signIn(OWNER, HERE)
      await expect(right).rejects.toMatchObject({ kind: 'rate_limited' })
      const { retryAfterSeconds } = (await right.catch((error: unknown) => error)) as AppError
      expect(retryAfterSeconds).toBeGreaterThan(0)
      expect(retryAfterSeconds).toBeLessThanOrEqual(90)
      await here.people.signIn(OWNER, from('192.0.2.8'))
    })

    it('stops guessing one account from many networks after a hundred guesses', async () => {
      await claim(here)
      const outcomes: unknown[] = []
      for (let guess = 0; guess < 102; guess += 1)
        outcomes.push(await reasonOf(here.people.signIn(WRONG, from(`198.51.100.${guess % 20}`))))
      expect(outcomes.indexOf('too_many_attempts')).toBe(100)
      expect(await reasonOf(there.people.signIn(OWNER, HERE))).toBe('too_many_attempts')
    })

    it('stops one address that tries many logins, and nobody else', async () => {
      await claim(here)
      const guess = (index: number) =>
        here.people.signIn({ ...WRONG, login: `login-${index}` }, from('2001:db8:0:1::/64'))
      const outcomes = []
      for (let index = 0; index < 22; index += 1) outcomes.push(await reasonOf(guess(index)))
      expect(outcomes.indexOf('too_many_attempts')).toBe(20)
      const right = here.people.signIn(OWNER, from('2001:db8:0:1::/64'))
      expect(await reasonOf(right)).toBe('too_many_attempts')
      await here.people.signIn(OWNER, from('2001:db8:0:2::/64'))
    })

    it('does not count who signs in, nor forget for them what others failed', async () => {
      await claim(here)
      for (let times = 0; times < 12; times += 1) await here.people.signIn(OWNER, HERE)
      for (let times = 0; times < 9; times += 1) await reasonOf(here.people.signIn(WRONG, HERE))
      await here.people.signIn(OWNER, HERE)
      expect(await reasonOf(here.people.signIn(WRONG, HERE))).toBe('wrong_password')
      expect(await reasonOf(here.people.signIn(OWNER, HERE))).toBe('too_many_attempts')
    })

    it('does not tell that two logins are of one person', async () => {
      await claim(here)
      for (let guess = 0; guess < 10; guess += 1)
        await reasonOf(here.people.signIn({ ...WRONG, login: 'owner' }, HERE))
      for (const login of [OWNER.login, 'nobody@example.com'])
        expect(await reasonOf(here.people.signIn({ ...WRONG, login }, HERE))).toBe('wrong_password')
    })

    it('counts for the address also what an account that is stopped was asked', async () => {
      await claim(here)
      for (let guess = 0; guess < 20; guess += 1) await reasonOf(here.people.signIn(WRONG, HERE))
      const elsewhere = { ...WRONG, login: 'nobody@example.com' }
      expect(await reasonOf(here.people.signIn(elsewhere, HERE))).toBe('too_many_attempts')
    })

    it('counts guesses of the current password for the person alone', async () => {
      const { token, session } = await claim(here)
      const wish = { current: 'не то', next: 'новая каша 9' }
      for (let guess = 0; guess < 11; guess += 1)
        await reasonOf(here.people.changePassword(session.person, wish, token, from(`198.51.100.${guess}`)))
      const again = here.people.changePassword(session.person, wish, token, from('192.0.2.8'))
      expect(await reasonOf(again)).toBe('too_many_attempts')
      await here.people.signIn(OWNER, HERE)
    })

    it('keeps no login as it was typed', async () => {
      await reasonOf(here.people.signIn({ login: 'my password by mistake', password: 'x' }, HERE))
      const rows = await (await store.db()).selectFrom('call_rate').select('name').execute()
      expect(rows).toHaveLength(3)
      expect(JSON.stringify(rows)).not.toContain('mistake')
    })
  })
})
