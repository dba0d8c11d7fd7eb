import { describe, expect, it } from 'vitest'
import { newKey } from './keys.ts'
import type { KeptPerson, PeopleStore } from './people-store.ts'
import { createSessions } from './sessions.ts'
import { createClock } from './testing/stage.ts'

const PERSON: KeptPerson = {
  id: 'owner',
  login: 'owner',
  loginKey: 'owner',
  name: 'Анна',
  role: 'owner',
  invitedBy: undefined,
  password: undefined,
  createdAt: 0,
}

type Answer = Awaited<ReturnType<PeopleStore['session']>>

/** A store that says when it was asked, and answers when it is told to. */
function openSessions(answer: () => Promise<Answer>) {
  const clock = createClock()
  const asked: string[] = []
  const sessions = createSessions({
    clock,
    shown: ({ loginKey: _, password, ...person }) => ({ ...person, hasPassword: password !== undefined }),
    store: {
      session(id) {
        asked.push(id)
        return answer()
      },
      async endSession() {},
      async endSessions() {},
    },
  })
  return { sessions, clock, asked }
}

const forever = async () => ({ person: PERSON, expiresAt: Number.MAX_SAFE_INTEGER })

describe('what is known of sessions', () => {
  it('is asked for once by all who ask within a second, and anew after it', async () => {
    const { sessions, clock, asked } = openSessions(forever)
    const token = newKey()
    await Promise.all(Array.from({ length: 50 }, () => sessions.read(token)))
    clock.pass(999)
    await sessions.read(token)
    expect(asked).toHaveLength(1)
    clock.pass(1)
    await sessions.read(token)
    expect(asked).toHaveLength(2)
  })

  it('is as old as the question, however long the answer took', async () => {
    let give: (answer: Answer) => void = () => {}
    const { sessions, clock, asked } = openSessions(() => new Promise((resolve) => (give = resolve)))
    const token = newKey()
    const first = sessions.read(token)
    clock.pass(1000)
    give(await forever())
    expect(await first).toBeDefined()
    void sessions.read(token)
    expect(asked).toHaveLength(2)
  })

  it('is not an answer that was on its way when the session ended', async () => {
    const gives: ((answer: Answer) => void)[] = []
    const { sessions } = openSessions(() => new Promise((resolve) => gives.push(resolve)))
    const token = newKey()
    const before = sessions.read(token)
    await sessions.end(token)
    gives[0]?.(await forever())
    await before
    const after = sessions.read(token)
    gives[1]?.(undefined)
    expect(await after).toBeUndefined()
  })

  it('is no failure of the store for longer than that lasts', async () => {
    let isFailing = true
    const { sessions } = openSessions(async () => {
      if (isFailing) throw new Error('the store is away')
      return forever()
    })
    const token = newKey()
    await expect(sessions.read(token)).rejects.toThrow('away')
    isFailing = false
    expect(await sessions.read(token)).toBeDefined()
  })

  it('is of five thousand browsers at most, also of those that have no session', async () => {
    const { sessions, asked } = openSessions(async () => undefined)
    const first = newKey()
    await sessions.read(first)
    for (let index = 0; index < 5000; index += 1) await sessions.read(newKey())
    await sessions.read(first)
    expect(asked).toHaveLength(5002)
  })

  it('is asked for anew when the clock was set back', async () => {
    const { sessions, clock, asked } = openSessions(forever)
    const token = newKey()
    await sessions.read(token)
    clock.pass(-3_600_000)
    await sessions.read(token)
    expect(asked).toHaveLength(2)
  })
})
