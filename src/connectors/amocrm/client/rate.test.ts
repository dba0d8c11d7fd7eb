import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createQueue, type Priority } from './rate.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** When each of the calls got its turn, in milliseconds from now. */
async function turnsOf(count: number, requestsPerSecond: number) {
  const queue = createQueue(requestsPerSecond)
  const start = performance.now()
  const turns: number[] = []
  const all = Array.from({ length: count }, () =>
    queue.turn({}).then(() => turns.push(performance.now() - start)),
  )
  await vi.runAllTimersAsync()
  await Promise.all(all)
  return turns
}

function busiestSecond(turns: readonly number[]): number {
  return Math.max(...turns.map((from) => turns.filter((at) => at >= from && at < from + 1000).length))
}

it('never gives more turns in any sliding second than the rate', async () => {
  expect(busiestSecond(await turnsOf(40, 6))).toBe(6)
})

it('stays within seven even when the network squeezes a second by a seventh', async () => {
  const turns = await turnsOf(40, 6)
  expect(busiestSecond(turns.map((at) => at * (6 / 7)))).toBeLessThanOrEqual(7)
})

it('lets a call after a rest go at once', async () => {
  const queue = createQueue(1)
  await queue.turn({})
  await vi.advanceTimersByTimeAsync(5000)
  const before = performance.now()
  await queue.turn({})
  expect(performance.now()).toBe(before)
})

it('saves up nothing for later: a long rest allows no burst', async () => {
  const queue = createQueue(2)
  await vi.advanceTimersByTimeAsync(60_000)
  const done: number[] = []
  for (let n = 0; n < 4; n++) void queue.turn({}).then(() => done.push(n))
  await vi.advanceTimersByTimeAsync(0)
  expect(done).toEqual([0])
})

it('gives interactive calls their turn before scans, each in the order of coming', async () => {
  const queue = createQueue(10)
  const order: string[] = []
  const join = (name: string, priority: Priority) => queue.turn({ priority }).then(() => order.push(name))
  const all = [
    join('first', 'scan'),
    join('scan 1', 'scan'),
    join('scan 2', 'scan'),
    join('person 1', 'interactive'),
    join('person 2', 'interactive'),
  ]
  await vi.runAllTimersAsync()
  await Promise.all(all)
  expect(order).toEqual(['first', 'person 1', 'person 2', 'scan 1', 'scan 2'])
})

it('lets a cancelled call out of the queue with the reason, and its turn goes to the next', async () => {
  const queue = createQueue(1)
  await queue.turn({})
  const controller = new AbortController()
  const left = expect(queue.turn({ signal: controller.signal })).rejects.toThrow('changed my mind')
  const next = queue.turn({})
  controller.abort(new Error('changed my mind'))
  await left
  await vi.advanceTimersByTimeAsync(1000)
  await expect(next).resolves.toBeUndefined()
})

it('holds everybody when amoCRM says that it is too much', async () => {
  const queue = createQueue(100)
  queue.hold(4000)
  let gone = false
  void queue.turn({}).then(() => {
    gone = true
  })
  await vi.advanceTimersByTimeAsync(3999)
  expect(gone).toBe(false)
  await vi.advanceTimersByTimeAsync(2)
  expect(gone).toBe(true)
})

it('says a long hold at once instead of waiting it out', async () => {
  const queue = createQueue(6)
  queue.hold(120_000)
  await expect(queue.turn({})).rejects.toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 120 })
})

it('refuses the thousand and first waiting call', async () => {
  const queue = createQueue(6)
  for (let n = 0; n < 1001; n++) void queue.turn({})
  await expect(queue.turn({})).rejects.toMatchObject({ kind: 'rate_limited' })
  await vi.advanceTimersByTimeAsync(1000)
  void queue.turn({})
  await vi.runAllTimersAsync()
  await vi.advanceTimersByTimeAsync(1000)
  await expect(queue.turn({})).resolves.toBeUndefined()
})
