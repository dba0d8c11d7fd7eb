import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../store/store.ts'
import { engines } from '../store/testing/engines.ts'
import { claim, HERE, join, OWNER, openReplica, reasonOf } from './testing/stage.ts'

const FIRST = 'пароль из настроек'
const SECOND = 'другой пароль там же'

describe.each(engines)('the password of the settings on $name', ({ open }) => {
  let store: Store
  let other: Store

  beforeEach(async () => {
    const database = await open()
    store = database.store
    other = await database.again()
  })
  afterEach(async () => {
    await other.close()
    await store.close()
  })

  /** A replica as it is after a start with this password in its settings. */
  const start = (adminPassword?: string, on = store) =>
    openReplica(on, { ...(adminPassword !== undefined && { adminPassword }) })
  const signIn = ({ people }: ReturnType<typeof start>, password: string) =>
    people.signIn({ login: 'owner', password }, HERE)

  it('ends the sessions of the owner, and of nobody else, when it is another after a start', async () => {
    const before = start(FIRST)
    const { token, session } = await signIn(before, FIRST)
    const member = await join(before, session.person, 'member', 'мария')
    const after = start(SECOND)
    expect(await after.people.session(token)).toBeUndefined()
    expect(await after.people.session(member.token)).toBeDefined()
    expect(await reasonOf(signIn(after, FIRST))).toBe('wrong_password')
    expect(await after.people.session((await signIn(after, SECOND)).token)).toBeDefined()
  })

  it('ends them also when somebody signs in before the old session is used', async () => {
    const { token } = await signIn(start(FIRST), FIRST)
    const after = start(SECOND)
    await signIn(after, SECOND)
    expect(await after.people.session(token)).toBeUndefined()
  })

  it('ends them when it is given to a server that had none, and when it is taken away', async () => {
    const { token } = await claim(start())
    const fixed = start(FIRST)
    expect(await fixed.people.session(token)).toBeUndefined()
    const second = await signIn(fixed, FIRST)
    const without = start()
    expect(await without.people.session(second.token)).toBeUndefined()
    await without.people.signIn(OWNER, HERE)
  })

  it('ends nothing while it is the same, on any replica and after any start', async () => {
    const { token } = await signIn(start(FIRST), FIRST)
    for (const replica of [start(FIRST), start(FIRST, other)]) {
      expect(await replica.people.session(token)).toBeDefined()
      await signIn(replica, FIRST)
    }
    expect(await start(FIRST).people.session(token)).toBeDefined()
  })

  it('is one for replicas that start together', async () => {
    const replicas = [start(FIRST), start(FIRST, other), start(FIRST), start(FIRST, other)]
    const signedIn = await Promise.all(replicas.map((replica) => signIn(replica, FIRST)))
    for (const { token } of signedIn) expect(await start(FIRST).people.session(token)).toBeDefined()
  })

  it('of before starts no session on a replica that is still to be stopped', async () => {
    const old = start(FIRST, other)
    await signIn(old, FIRST)
    const next = start(SECOND)
    await signIn(next, SECOND)
    expect(await reasonOf(signIn(old, FIRST))).toBe('wrong_password')
    expect(await reasonOf(signIn(old, FIRST))).toBe('wrong_password')
    await signIn(next, SECOND)
    const unaware = start(undefined, other)
    await claim(start(undefined))
    await unaware.people.signIn(OWNER, HERE)
    await signIn(start(SECOND), SECOND)
    expect(await reasonOf(unaware.people.signIn(OWNER, HERE))).toBe('wrong_password')
  })

  it('is hashed by no start, and once by the first who asks', async () => {
    const replica = start(FIRST)
    await replica.people.isClaimed()
    expect(replica.hashed).toEqual([])
    await signIn(replica, FIRST)
    await signIn(replica, FIRST)
    expect(replica.hashed).toHaveLength(3)
  })

  it('is typed with or without the spaces around it', async () => {
    const replica = start(FIRST)
    await signIn(replica, ` ${FIRST}\n`)
    await claim(start())
    expect(await reasonOf(start().people.signIn({ ...OWNER, password: ` ${OWNER.password}` }, HERE))).toBe(
      'wrong_password',
    )
  })

  it('stands nowhere as it is', async () => {
    await signIn(start(FIRST), FIRST)
    const rows = await (await store.db()).selectFrom('meta').selectAll().execute()
    expect(JSON.stringify(rows)).toContain('$scrypt$')
    expect(JSON.stringify(rows)).not.toContain(FIRST)
  })
})
