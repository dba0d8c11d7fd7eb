import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../store/store.ts'
import { engines } from '../store/testing/engines.ts'
import { claim, HERE, join, OWNER, openReplica, reasonOf, type Stage } from './testing/stage.ts'

const WRONG = { login: 'owner', password: 'не та каша 1' }

describe.each(engines)('a browser that was signed in before, on $name', ({ open }) => {
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

  const from = (address: string, browser?: string) => ({ address, agent: '', browser })

  /** Ten guesses each from eleven networks, and twenty from one more. */
  async function attack(login: string): Promise<void> {
    for (let guess = 0; guess < 110; guess += 1)
      await reasonOf(here.people.signIn({ ...WRONG, login }, from(`203.0.113.${guess % 11}`)))
    for (let guess = 0; guess < 20; guess += 1)
      await reasonOf(here.people.signIn({ ...WRONG, login: `x${guess}` }, HERE))
  }

  it('signs its person in while everybody else is kept out, from the address of the attack too', async () => {
    const { browser } = await claim(here)
    for (const login of ['owner', OWNER.login]) {
      await attack(login)
      const who = { ...OWNER, login }
      expect(await reasonOf(here.people.signIn(who, from('192.0.2.99')))).toBe('too_many_attempts')
      await there.people.signIn(who, from(HERE.address, browser))
      await here.people.signIn(who, from('203.0.113.1', browser))
    }
  })

  it('guesses ten times itself, and that keeps nobody else out', async () => {
    const { browser } = await claim(here)
    const outcomes = []
    for (let guess = 0; guess < 11; guess += 1) {
      const { people } = guess % 2 === 0 ? here : there
      outcomes.push(await reasonOf(people.signIn(WRONG, from(`198.51.100.${guess}`, browser))))
    }
    expect(outcomes).toEqual([...Array(10).fill('wrong_password'), 'too_many_attempts'])
    await here.people.signIn(OWNER, HERE)
  })

  it('is known for the accounts that were signed in with it, and no others', async () => {
    const owner = await claim(here)
    const maria = await join(here, owner.session.person, 'member', 'мария')
    await attack('owner')
    expect(await reasonOf(here.people.signIn(OWNER_AS, from('192.0.2.99', maria.browser)))).toBe(
      'too_many_attempts',
    )
    const who = { login: 'мария', password: 'мария и каша' }
    const both = await here.people.signIn(who, from('192.0.2.98', owner.browser))
    await here.people.signIn(OWNER_AS, from('192.0.2.99', both.browser))
  })

  it('is a stranger again after a change of the password', async () => {
    const { browser, session, token } = await claim(here)
    const next = 'новая каша 9'
    await here.people.changePassword(session.person, { current: OWNER.password, next }, token, HERE)
    await attack('owner')
    const who = { login: 'owner', password: next }
    expect(await reasonOf(here.people.signIn(who, from('192.0.2.99', browser)))).toBe('too_many_attempts')
  })

  it.each(['', 'x', 'A'.repeat(22), `${'A'.repeat(22)}.${'B'.repeat(43)}`, '.'.repeat(200), 'я.\0'])(
    'is not one that sends %j',
    async (browser) => {
      await claim(here)
      await attack('owner')
      expect(await reasonOf(here.people.signIn(OWNER_AS, from('192.0.2.99', browser)))).toBe(
        'too_many_attempts',
      )
    },
  )

  it('holds no more than three accounts and fits a cookie', async () => {
    const owner = await claim(here)
    let browser = owner.browser
    for (const login of ['мария', 'вера', 'павел', 'олег']) {
      await join(here, owner.session.person, 'client', login)
      browser = (await here.people.signIn({ login, password: `${login} и каша` }, from('192.0.2.1', browser)))
        .browser
    }
    expect(browser).toMatch(/^[\w.-]{1,200}$/)
  })

  it('is not told by what the database has', async () => {
    const { browser } = await claim(here)
    const rows = await (await store.db()).selectFrom('person').selectAll().execute()
    for (const part of browser?.split('.') ?? []) expect(JSON.stringify(rows)).not.toContain(part)
  })
})

const OWNER_AS = { ...OWNER, login: 'owner' }
