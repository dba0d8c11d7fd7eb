import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../store/store.ts'
import { engines } from '../store/testing/engines.ts'
import type { Person } from './person.ts'
import { createAuthenticator } from './testing/authenticator.ts'
import { claim, HERE, join, ORIGIN, openReplica, reasonOf, type Stage } from './testing/stage.ts'

type Authenticator = ReturnType<typeof createAuthenticator>

describe.each(engines)('passkeys on $name', ({ open }) => {
  let store: Store
  let other: Store
  let here: Stage
  let there: Stage
  let owner: Person
  let key: Authenticator

  beforeEach(async () => {
    const database = await open()
    store = database.store
    other = await database.again()
    here = openReplica(store)
    there = openReplica(other, { clock: here.clock })
    owner = (await claim(here)).session.person
    key = createAuthenticator()
  })
  afterEach(async () => {
    await other.close()
    await store.close()
  })

  async function register(authenticator: Authenticator, person = owner, origin = ORIGIN) {
    const { key, options } = await here.people.passkeys.registration(person)
    const response = authenticator.create({ origin, options })
    await there.people.passkeys.register(person, { key, response, name: 'ноутбук' })
  }

  async function signIn(authenticator: Authenticator, { people } = here, wrong = {}, origin = ORIGIN) {
    const { key, options } = await here.people.passkeys.authentication(HERE)
    return people.passkeys.signIn({ key, response: authenticator.get({ origin, options }, wrong) }, HERE)
  }

  it('sign their person in on any replica, without a login or a password', async () => {
    await register(key)
    const { token, session } = await signIn(key, there)
    expect(session.person).toEqual(owner)
    expect((await here.people.session(token))?.person).toEqual(owner)
    const [{ usedAt, ...passkey } = { usedAt: 0 }] = await here.people.passkeys.list(owner)
    expect(passkey).toEqual({ id: key.id, name: 'ноутбук', createdAt: here.clock.now() })
    expect(usedAt).toBe(here.clock.now())
    await signIn(key)
  })

  it('ask for a finger, a face or a PIN, and for a passkey that knows whose it is', async () => {
    await register(key)
    const { options } = await here.people.passkeys.registration(owner)
    expect(options).toMatchObject({
      rp: { id: 'crm.example.com', name: 'Mostik' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: key.id }],
    })
    const question = await here.people.passkeys.authentication(HERE)
    expect(question.options).toMatchObject({ rpId: 'crm.example.com', userVerification: 'required' })
    expect(JSON.stringify(question.options)).not.toContain(key.id)
  })

  it.each([
    ['another site', {}, 'https://crm.example.org'],
    ['a site below ours', {}, 'https://evil.crm.example.com'],
    ['another host', { rpId: 'example.org' }, ORIGIN],
    ['nobody who was verified', { isVerified: false }, ORIGIN],
    ['a copy whose counter is behind', { counter: 1 }, ORIGIN],
    ['another person', { userHandle: 'c29tZWJvZHk' }, ORIGIN],
  ])('do not sign in from %s', async (_, wrong, origin) => {
    await register(key)
    expect(await reasonOf(signIn(key, here, wrong, origin))).toBe('passkey_rejected')
    await signIn(key)
  })

  it('sign in for ever when they do not count', async () => {
    const silent = createAuthenticator({ isCounting: false })
    await register(silent)
    await signIn(silent)
    await signIn(silent, there)
  })

  it('are not accepted with a signature of another key', async () => {
    await register(key)
    const { key: ticket, options } = await here.people.passkeys.authentication(HERE)
    const forged = { ...createAuthenticator().get({ origin: ORIGIN, options }), id: key.id, rawId: key.id }
    expect(await reasonOf(here.people.passkeys.signIn({ key: ticket, response: forged }, HERE))).toBe(
      'passkey_rejected',
    )
  })

  it('are not registered from another site, nor without their user', async () => {
    expect(await reasonOf(register(key, owner, 'https://crm.example.org'))).toBe('passkey_rejected')
    const { key: ticket, options } = await here.people.passkeys.registration(owner)
    const response = key.create({ origin: ORIGIN, options }, { isVerified: false })
    const answer = { key: ticket, response, name: 'x' }
    expect(await reasonOf(here.people.passkeys.register(owner, answer))).toBe('passkey_rejected')
    expect(await here.people.passkeys.list(owner)).toEqual([])
  })

  it.each([
    null,
    7,
    'x',
    {},
    { id: 7 },
    { id: '../x' },
    { id: 'x'.repeat(2000) },
    { id: 'eA', response: {} },
  ])('are not %j', async (response) => {
    const registration = await here.people.passkeys.registration(owner)
    const answer = { key: registration.key, response, name: 'x' }
    expect(await reasonOf(here.people.passkeys.register(owner, answer))).toBe('passkey_rejected')
    const { key } = await here.people.passkeys.authentication(HERE)
    const reason = await reasonOf(here.people.passkeys.signIn({ key, response }, HERE))
    expect(['passkey_rejected', 'passkey_unknown']).toContain(reason)
  })

  it('answer a question once, on one of many replicas, and not after five minutes', async () => {
    await register(key)
    const { key: ticket, options } = await here.people.passkeys.authentication(HERE)
    const response = key.get({ origin: ORIGIN, options })
    const tries = [here, there, here, there].map(({ people }) =>
      reasonOf(people.passkeys.signIn({ key: ticket, response }, HERE)),
    )
    expect((await Promise.all(tries)).sort()).toEqual([...Array(3).fill('passkey_late'), undefined])
    const late = await here.people.passkeys.authentication(HERE)
    here.clock.pass(5 * 60_000)
    const answer = { key: late.key, response: key.get({ origin: ORIGIN, options: late.options }) }
    expect(await reasonOf(here.people.passkeys.signIn(answer, HERE))).toBe('passkey_late')
  })

  it('answer only the question they were asked', async () => {
    await register(key)
    const [first, second] = [
      await here.people.passkeys.authentication(HERE),
      await here.people.passkeys.authentication(HERE),
    ]
    const response = key.get({ origin: ORIGIN, options: first.options })
    expect(await reasonOf(here.people.passkeys.signIn({ key: second.key, response }, HERE))).toBe(
      'passkey_rejected',
    )
  })

  it('are registered by who was asked', async () => {
    const member = (await join(here, owner, 'member', 'мария')).session.person
    const { key: ticket, options } = await here.people.passkeys.registration(member)
    const answer = { key: ticket, response: key.create({ origin: ORIGIN, options }), name: 'x' }
    expect(await reasonOf(here.people.passkeys.register(owner, answer))).toBe('passkey_late')
    const question = await here.people.passkeys.authentication(HERE)
    const asked = { key: question.key, response: answer.response, name: 'x' }
    expect(await reasonOf(here.people.passkeys.register(owner, asked))).toBe('passkey_late')
  })

  it('are registered once', async () => {
    const member = (await join(here, owner, 'member', 'мария')).session.person
    await register(key)
    expect(await reasonOf(register(key, member))).toBe('passkey_rejected')
    expect(await here.people.passkeys.list(member)).toEqual([])
    const asOwner = { userHandle: Buffer.from(owner.id).toString('base64url') }
    expect((await signIn(key, here, asOwner)).session.person).toEqual(owner)
  })

  it('are gone with their person, or when their person removes them, and nobody else does', async () => {
    const member = (await join(here, owner, 'member', 'мария')).session.person
    await register(key, member)
    await here.people.passkeys.remove(owner, key.id)
    expect(await here.people.passkeys.list(member)).toHaveLength(1)
    await here.people.passkeys.remove(member, key.id)
    expect(await reasonOf(signIn(key))).toBe('passkey_unknown')
    await register(key, member)
    await here.people.remove(owner, member.id)
    expect(await reasonOf(signIn(key))).toBe('passkey_unknown')
    expect(await reasonOf(here.people.passkeys.registration(member))).toBe('no_such_person')
  })

  it('let the owner in when no password is left, and the last one stays then', async () => {
    const fixed = openReplica(other, { adminPassword: 'пароль из настроек' })
    await (await store.db()).updateTable('person').set({ password: null }).execute()
    const { session } = await fixed.people.signIn({ login: 'owner', password: 'пароль из настроек' }, HERE)
    await register(key, session.person)
    const second = createAuthenticator()
    await register(second, session.person)
    const { session: own, token } = await signIn(key)
    expect(own.person.hasPassword).toBe(false)
    expect(await here.people.isClaimed()).toBe(true)
    const wish = { current: '', next: 'новая каша 9' }
    expect(await reasonOf(here.people.changePassword(own.person, wish, token, HERE))).toBe('no_password')
    await here.people.passkeys.remove(own.person, key.id)
    expect(await reasonOf(here.people.passkeys.remove(own.person, second.id))).toBe('passkey_last')
    await fixed.people.passkeys.remove(session.person, second.id)
    expect(await here.people.isClaimed()).toBe(false)
  })

  it('are twenty a person at most, each with a name', async () => {
    for (let index = 0; index < 20; index += 1) await register(createAuthenticator())
    expect(await reasonOf(here.people.passkeys.registration(owner))).toBe('passkey_limit')
    const answer = { key: 'A'.repeat(43), response: {}, name: ' ' }
    expect(await reasonOf(here.people.passkeys.register(owner, answer))).toBe('bad_name')
  })

  it('are not asked about without end from one address', async () => {
    const asker = { address: '192.0.2.9', agent: '' }
    const ask = () => reasonOf(here.people.passkeys.authentication(asker))
    const reasons = []
    while (reasons.length < 40 && reasons.at(-1) !== 'too_many_attempts') reasons.push(await ask())
    expect(reasons.length).toBeGreaterThan(30)
    expect(reasons.at(-1)).toBe('too_many_attempts')
    const elsewhere = { address: '192.0.2.8', agent: '' }
    expect(await here.people.passkeys.authentication(elsewhere)).toBeDefined()
  })
})
