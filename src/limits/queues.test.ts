import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { silentLog } from '../kernel/log.ts'
import type { Priority } from '../kernel/queue.ts'
import { createQueues } from './queues.ts'

const createQueue = (requestsPerSecond: number) => createQueues({ log: silentLog })('firm', requestsPerSecond)

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

it('gives interactive calls their turn before background ones, each in the order of coming', async () => {
  const queue = createQueue(10)
  await queue.turn({})
  const order: string[] = []
  const join = (name: string, priority: Priority) => queue.turn({ priority }).then(() => order.push(name))
  const all = [
    join('back 1', 'background'),
    join('back 2', 'background'),
    join('person 1', 'interactive'),
    join('person 2', 'interactive'),
  ]
  await vi.runAllTimersAsync()
  await Promise.all(all)
  expect(order).toEqual(['person 1', 'person 2', 'back 1', 'back 2'])
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

it('holds everybody when the upstream says that it is too much', async () => {
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

it('tells those who wait already of a long hold', async () => {
  const queue = createQueue(1)
  await queue.turn({})
  const waits = expect(queue.turn({})).rejects.toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 600 })
  queue.hold(600_000)
  await waits
})

it('refuses the thousand and first waiting call', async () => {
  const queue = createQueue(6)
  const turns = Array.from({ length: 1000 }, () => queue.turn({}))
  await expect(queue.turn({})).rejects.toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 30 })
  await vi.advanceTimersByTimeAsync(0)
  turns.push(queue.turn({}))
  await vi.runAllTimersAsync()
  await Promise.all(turns)
})

it('lets background calls go now and then, however many interactive ones come', async () => {
  const queue = createQueue(10)
  const order: string[] = []
  for (let n = 0; n < 3; n++) void queue.turn({ priority: 'background' }).then(() => order.push('back'))
  for (let n = 0; n < 150; n++) void queue.turn({}).then(() => order.push('person'))
  await vi.advanceTimersByTimeAsync(9_900)
  expect(order).not.toContain('back')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(order.filter((one) => one === 'back')).toHaveLength(3)
  expect(order.slice(-6)).toEqual(expect.arrayContaining(['back', 'person']))
})

it('leaves a slot whose caller has gone to the next who comes, so that leaving never costs others a turn', async () => {
  const queue = createQueue(1)
  await queue.turn({})
  for (let n = 0; n < 50; n++) {
    const controller = new AbortController()
    const left = expect(queue.turn({ signal: controller.signal })).rejects.toThrow('gone')
    await vi.advanceTimersByTimeAsync(1)
    controller.abort(new Error('gone'))
    await left
  }
  const start = performance.now()
  const turn = queue.turn({}).then(() => performance.now() - start)
  await vi.runAllTimersAsync()
  expect(await turn).toBeLessThanOrEqual(1000)
})

it('does not let in a call that was cancelled before it came', async () => {
  const queue = createQueue(1)
  await expect(queue.turn({ signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
})

it('is one line for all who open the same name, at the rate that was named last', async () => {
  const open = createQueues({ log: silentLog })
  const first = open('firm', 10)
  const again = open('firm', 1)
  const other = open('other', 1)
  const start = performance.now()
  const turns: number[] = []
  for (const queue of [first, again, first, other]) {
    void queue.turn({}).then(() => turns.push(performance.now() - start))
  }
  await vi.runAllTimersAsync()
  expect(turns).toEqual([0, 0, 1000, 2000])
})
