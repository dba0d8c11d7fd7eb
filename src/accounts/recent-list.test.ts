import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { silentLog } from '../kernel/log.ts'
import type { LinkedAccount } from './account-store.ts'
import { createKnownAccounts, type Known, type KnownAccounts } from './recent-list.ts'

const north = { id: 'north', connector: 'amocrm', name: 'Север' } as LinkedAccount
const south = { id: 'south', connector: 'amocrm', name: 'Юг' } as LinkedAccount

/** What the store has been asked and not answered yet. */
let asked: PromiseWithResolvers<readonly LinkedAccount[]>[]
let known: KnownAccounts

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  const list = () => {
    const question = Promise.withResolvers<readonly LinkedAccount[]>()
    asked.push(question)
    return question.promise as Promise<LinkedAccount[]>
  }
  known = createKnownAccounts({ store: { list }, holdsSome: true, clock: { now: Date.now }, log: silentLog })
})
afterEach(() => void vi.useRealTimers())

/** The list as a caller gets it, as soon as that happens. */
function ask() {
  const got: { linked?: readonly LinkedAccount[] | undefined; at?: number } = {}
  void Promise.resolve(known.of('owner')).then(({ linked }: Known) => {
    Object.assign(got, { linked, at: Date.now() })
  })
  return got
}

async function learn(...linked: LinkedAccount[]) {
  const answer = known.of('owner')
  asked.at(-1)?.resolve(linked)
  await answer
  vi.advanceTimersByTime(1_001)
}

it('is waited for as long as it takes while nothing is known', async () => {
  const got = ask()
  await vi.advanceTimersByTimeAsync(11_000)
  expect(got).toEqual({})
  asked[0]?.resolve([north])
  await vi.advanceTimersByTimeAsync(0)
  expect(got.linked).toEqual([north])
})

it('is served as it was known when the store says nothing for three seconds, to all who wait, and then at once', async () => {
  await learn(north)
  const [one, other] = [ask(), ask()]
  await vi.advanceTimersByTimeAsync(2_999)
  expect([one, other]).toEqual([{}, {}])
  await vi.advanceTimersByTimeAsync(1)
  expect([one.linked, other.linked]).toEqual([[north], [north]])
  expect(known.of('owner')).toMatchObject({ linked: [north], failure: { kind: 'unavailable' } })
  expect(asked, 'the store is being asked once').toHaveLength(2)
})

it('is up to date when the answer comes late after all, and waited for again the next time', async () => {
  await learn(north)
  ask()
  await vi.advanceTimersByTimeAsync(9_000)
  asked[1]?.resolve([north, south])
  await vi.advanceTimersByTimeAsync(0)
  expect(known.of('owner')).toEqual({ linked: [north, south], failure: undefined })
  await vi.advanceTimersByTimeAsync(1_001)
  const got = ask()
  asked[2]?.resolve([south])
  await vi.advanceTimersByTimeAsync(0)
  expect(got.linked).toEqual([south])
})

it('leaves no timer behind when the store answers in time', async () => {
  await learn(north)
  ask()
  asked[1]?.resolve([north])
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(0)
})
