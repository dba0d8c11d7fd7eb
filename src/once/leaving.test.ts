import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { OnceWork } from './making.ts'
import { outcomeOf } from './testing/outcome-of.ts'
import { callOf, createWorld, type Process, startProcess, type World } from './testing/world.ts'

let world: World
let process: Process

beforeEach(() => {
  vi.useFakeTimers()
  world = createWorld()
  process = startProcess(world)
})
afterEach(() => {
  vi.useRealTimers()
})

/** Its request is on its way when the caller leaves; after so long it ends as cancelled, and nobody knows what it made. */
function heardOutInVain(ms: number, isTaken: boolean): Partial<OnceWork<{ id: number }>> {
  return {
    do: (held) =>
      new Promise((_, reject) => {
        held.signal.addEventListener('abort', () => {
          if (isTaken) world.deals.push({ id: 1, name: 'Окна', at: Date.now() })
          setTimeout(reject, ms, held.signal.reason)
        })
      }),
  }
}

/** A caller who left so long ago that its write is being heard out. */
async function left(work: Partial<OnceWork<{ id: number }>>) {
  const caller = new AbortController()
  const problem = call({ ...work, signal: caller.signal }).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(10)
  caller.abort(new Error('the first left'))
  return { problem }
}

function call(more: Partial<OnceWork<{ id: number }>> = {}, name = 'Окна') {
  return process.once.run(callOf({ input: { name } }), { ...world.work(process, name), ...more })
}

it('gives one who comes while the write of a caller who left is heard out its answer', async () => {
  const { problem } = await left({})
  expect(await outcomeOf(call())).toEqual({ answer: { id: 1 }, replayed: true })
  expect(await problem).toEqual({ answer: { id: 1 }, replayed: false })
  expect(world.deals).toHaveLength(1)
})

it.each([
  ['finds what it made', true, true],
  ['makes it when it made nothing', false, false],
])('cancels nobody else with the caller who left: who comes then %s', async (_, isTaken, replayed) => {
  const { problem } = await left(heardOutInVain(500, isTaken))
  expect(await outcomeOf(call())).toEqual({ answer: { id: 1 }, replayed })
  expect(await problem).toMatchObject({ message: 'the first left' })
  expect(world.deals).toHaveLength(1)
})

it('makes one call of all who come while it is heard out', async () => {
  await left(heardOutInVain(500, false))
  const answers = await outcomeOf(Promise.all([call(), call(), call()]))
  expect(answers.map(({ answer }) => answer.id)).toEqual([1, 1, 1])
  expect(answers.map(({ replayed }) => replayed).toSorted()).toEqual([false, true, true])
  expect(world.deals).toHaveLength(1)
})

it('lets one who came then leave at once with a reason of its own, and the others go on', async () => {
  const { problem } = await left(heardOutInVain(2_000, false))
  const caller = new AbortController()
  const leaving = call({ signal: caller.signal }).catch((error: unknown) => error)
  const staying = call()
  await vi.advanceTimersByTimeAsync(10)
  caller.abort(new Error('the second left'))
  expect(await leaving).toMatchObject({ message: 'the second left' })
  expect(await outcomeOf(staying)).toEqual({ answer: { id: 1 }, replayed: false })
  expect(await problem).toMatchObject({ message: 'the first left' })
})

it('begins anew for one who comes when the first left before anything was sent', async () => {
  let look = () => {}
  vi.spyOn(world.store, 'begin').mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        look = () => resolve(undefined)
      }),
  )
  const { problem } = await left({})
  const coming = call()
  look()
  expect(await outcomeOf(coming)).toEqual({ answer: { id: 1 }, replayed: false })
  expect(await problem).toMatchObject({ message: 'the first left' })
})

it('refuses other arguments under its key also then', async () => {
  await left(heardOutInVain(500, false))
  await expect(call({}, 'Двери')).rejects.toMatchObject({ kind: 'invalid_input' })
})
