import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AppError } from '../kernel/errors.ts'
import {
  callOf,
  createWorld,
  type Fate,
  type Process,
  startProcess,
  type Treatment,
  WELL,
  type World,
} from './testing/world.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Shorter than some of the work, so that holds have to be made to last. */
const LEASE_MS = 5_000
const KEYS = ['k1', 'k2']

const step = fc.integer({ min: 1, max: 14 })
/** Most processes meet no such thing, so that there is time for other things to go wrong. */
const seldom = <Value>(some: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: some })
const fate: fc.Arbitrary<Fate> = fc.record({
  death: seldom(fc.record({ at: step, after: fc.boolean() })),
  outage: seldom(fc.record({ at: step, ms: fc.integer({ min: 1, max: 15_000 }), after: fc.boolean() })),
})

/** An upstream that refuses has done nothing, one that answers well has done it, and a cut line says nothing. */
const treatment: fc.Arbitrary<Treatment> = fc
  .record({
    thinksMs: fc.constantFrom(0, 10, 1_000, 7_000, 12_000),
    arrivesMs: fc.integer({ min: 0, max: 2_500 }),
    takes: fc.boolean(),
    answers: fc.constantFrom('well', 'refused', 'cut'),
    cutMs: fc.integer({ min: 0, max: 2_500 }),
  })
  .map((one) => ({ ...one, takes: one.answers === 'cut' ? one.takes : one.answers === 'well' }))

/**
 * A try of a client: in which of three processes, how long after the one before, and when it loses patience; and in how
 * much time the process is to stop thereafter.
 */
const attempt = fc.record({
  process: fc.integer({ min: 0, max: 2 }),
  afterMs: fc.constantFrom(0, 1, 100, 1_000, 5_000),
  cancelAfterMs: seldom(fc.integer({ min: 0, max: 3_000 })),
  key: fc.constantFrom('k1', 'k1', 'k2'),
  stopMs: seldom(fc.constantFrom(0, 300, 4_000)),
})

const scenario = fc.record({
  fates: fc.array(fate, { minLength: 6, maxLength: 6 }),
  treatments: fc.array(treatment, { maxLength: 6 }),
  attempts: fc.array(attempt, { minLength: 1, maxLength: 8 }),
})
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never

/** A process that died or was stopped is started anew, with the next fate in store for it. */
function createPlaces(world: World, fates: readonly Fate[]) {
  const places = new Map<number, Process>()
  let started = 0
  const processAt = (place: number): Process => {
    const running = places.get(place)
    if (running !== undefined && !running.isDead()) return running
    const next = startProcess(world, fates[started], { leaseMs: LEASE_MS, patienceMs: 2_000 })
    started += 1
    places.set(place, next)
    return next
  }
  function stop(place: number, deadlineMs: number): void {
    void processAt(place).once.close(deadlineMs)
    places.delete(place)
  }
  return { processAt, stop }
}

/** What clients were told, by key, when all of it is over and patient ones have repeated their calls to the end. */
async function play({ fates, treatments, attempts }: Scenario, nameOf: (key: string) => string) {
  const world = createWorld()
  const { processAt, stop } = createPlaces(world, fates)
  const left = [...treatments]
  const told = new Map<string, number[]>(KEYS.map((key) => [key, []]))
  const problems: unknown[] = []

  async function call(place: number, key: string, signal?: AbortSignal): Promise<void> {
    const process = processAt(place)
    const name = nameOf(key)
    const work = world.work(process, name, () => left.shift() ?? WELL)
    const asked = callOf({ key, input: { name } })
    await process.once.run(asked, { ...work, signal }).then(
      ({ answer }) => told.get(key)?.push(answer.id),
      (error: unknown) => {
        const isOthers = error === CANCELLED && signal?.aborted !== true
        problems.push(isOthers ? new Error('got what another cancelled') : error)
      },
    )
  }

  for (const { process, afterMs, cancelAfterMs, key, stopMs } of attempts) {
    await vi.advanceTimersByTimeAsync(afterMs)
    const controller = new AbortController()
    if (cancelAfterMs !== undefined) setTimeout(() => controller.abort(CANCELLED), cancelAfterMs)
    void call(process, key, controller.signal)
    if (stopMs !== undefined) stop(process, stopMs)
  }
  left.length = 0
  for (const key of new Set(attempts.map((each) => each.key))) {
    const answers = told.get(key) ?? []
    const before = answers.length
    for (let tries = 0; tries < 12 && answers.length === before; tries++) {
      let isOver = false
      void call(tries % 3, key).then(() => {
        isOver = true
      })
      for (let waited = 0; !isOver && waited < 60_000; waited += 2_000)
        await vi.advanceTimersByTimeAsync(2_000)
      await vi.advanceTimersByTimeAsync(5_000)
    }
  }
  await vi.advanceTimersByTimeAsync(20_000)
  return { deals: world.deals, told, problems }
}

it('makes each call once and loses none, whoever dies when', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const { deals, told, problems } = await play(given, (key) => key)
      for (const key of new Set(given.attempts.map((each) => each.key))) {
        const made = deals.filter(({ name }) => name === key).map(({ id }) => id)
        expect(made, `deals of ${key}`).toHaveLength(1)
        expect([...new Set(told.get(key))], `answers of ${key}`).toEqual(made)
      }
      for (const problem of problems) expect(isExplained(problem), String(problem)).toBe(true)
    }),
    { numRuns: 80 },
  )
})

it('never gives two calls that ask for the same thing one thing for both', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const { deals, told } = await play(given, () => 'the same')
      const answers = KEYS.map((key) => [...new Set(told.get(key))])
      for (const each of answers) expect(each.length).toBeLessThanOrEqual(1)
      expect(new Set(answers.flat()).size, 'things told of').toBe(answers.flat().length)
      expect(deals.length).toBeLessThanOrEqual(2)
    }),
    { numRuns: 30 },
  )
})

const CANCELLED = new Error('cancelled')

function isExplained(problem: unknown): boolean {
  return (
    problem instanceof AppError ||
    problem === CANCELLED ||
    (problem instanceof Error && /broke/.test(problem.message))
  )
}
