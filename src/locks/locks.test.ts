import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../kernel/errors.ts'
import type { Lock } from '../kernel/lock.ts'
import { silentLog } from '../kernel/log.ts'
import type { LockStore } from './lock-store.ts'
import { createLocks } from './locks.ts'

const { signal: never } = new AbortController()

/** A gate that a step waits at, and what to open it with. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open: () => open(), opened }
}

/** The rows of one moment: what a test of one process needs, with switches. */
function memoryStore() {
  const rows = new Map<string, { holder: string; until: number }>()
  const state = { fails: false, takes: 0, extensions: 0 }
  const check = () => {
    if (state.fails) throw new AppError('unavailable', 'The database does not answer.', { hint: 'Wait.' })
  }
  const store: LockStore = {
    async take(name, holder, leaseMs) {
      state.takes += 1
      check()
      const row = rows.get(name)
      if (row !== undefined && row.until > performance.now() && row.holder !== holder) return false
      rows.set(name, { holder, until: performance.now() + leaseMs })
      return true
    },
    async extend(name, holder, leaseMs) {
      check()
      if (rows.get(name)?.holder !== holder) return false
      state.extensions += 1
      rows.set(name, { holder, until: performance.now() + leaseMs })
      return true
    },
    async give(name, holder) {
      check()
      if (rows.get(name)?.holder === holder) rows.delete(name)
    },
  }
  return { store, state, rows, has: (name: string) => rows.has(name) }
}

const forms = [
  { form: 'of one process', open: () => createLocks({ log: silentLog }) },
  { form: 'of replicas', open: () => createLocks({ shared: memoryStore().store, log: silentLog }) },
]

describe.each(forms)('the locks $form', ({ open }) => {
  it('let one step after another through, in the order of coming', async () => {
    const lock = open()('firm')
    const events: string[] = []
    const steps = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) =>
      lock(async () => {
        events.push(`${name}+`)
        await sleep(1)
        events.push(`${name}-`)
        return name
      }, never),
    )
    expect(await Promise.all(steps)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    expect(events.join(' ')).toBe('a+ a- b+ b- c+ c- d+ d- e+ e- f+ f- g+ g-')
  })

  it('are one for all who open the same name, and apart by name', async () => {
    const locks = open()
    const { open: end, opened } = gate()
    const first = locks('firm')(() => opened, never)
    let isSecondIn = false
    const second = locks('firm')(async () => {
      isSecondIn = true
    }, never)
    await locks('other')(async () => {}, never)
    expect(isSecondIn).toBe(false)
    end()
    await Promise.all([first, second])
    expect(isSecondIn).toBe(true)
  })

  it('go on after a step that failed, whose error is its own', async () => {
    const lock = open()('firm')
    const failed = lock(() => Promise.reject(new Error('no')), never)
    const next = lock(async () => 'yes', never)
    await expect(failed).rejects.toThrow('no')
    expect(await next).toBe('yes')
  })

  it('never begin a step that is cancelled while it waits, and tell it at once', async () => {
    const lock = open()('firm')
    const { open: end, opened } = gate()
    const first = lock(() => opened, never)
    const controller = new AbortController()
    const step = vi.fn(async () => {})
    const cancelled = lock(step, controller.signal)
    const last = lock(async () => 'last', never)
    controller.abort(new Error('gone'))
    await expect(cancelled).rejects.toThrow('gone')
    await expect(lock(step, controller.signal)).rejects.toThrow('gone')
    end()
    await first
    expect(await last).toBe('last')
    expect(step).not.toHaveBeenCalled()
  })

  it('wait for the end of a step that is cancelled on its way, and tell it', async () => {
    const lock = open()('firm')
    const controller = new AbortController()
    const { open: end, opened } = gate()
    const events: string[] = []
    const cancelled = lock(async (signal) => {
      controller.abort(new Error('gone'))
      events.push(String(signal.reason))
      await opened
      events.push('over')
    }, controller.signal)
    const next = lock(async () => events.push('next'), never)
    await sleep(5)
    end()
    await Promise.all([cancelled, next])
    expect(events).toEqual(['Error: gone', 'over', 'next'])
  })
})

describe('a replica', () => {
  const LEASE = 400
  const PATIENT = { timeout: 10_000 }
  const replicaOf = (store: LockStore, patienceMs = 30_000, leaseMs = LEASE): Lock =>
    createLocks({ shared: store, leaseMs, patienceMs, log: silentLog })('firm')

  it('begins no step while another has the lock, however long that takes', async () => {
    const { store, state } = memoryStore()
    const { open: end, opened } = gate()
    const events: string[] = []
    const first = replicaOf(store)(async () => {
      await opened
      events.push('first')
    }, never)
    const second = replicaOf(store)(async () => events.push('second'), never)
    await vi.waitUntil(() => state.extensions >= 4, PATIENT)
    end()
    await Promise.all([first, second])
    expect(events).toEqual(['first', 'second'])
  })

  it('refuses what has waited too long for another, and nothing is done', async () => {
    const { store, rows } = memoryStore()
    rows.set('firm', { holder: 'other', until: Number.POSITIVE_INFINITY })
    const lock = replicaOf(store, 60)
    const step = vi.fn(async () => {})
    const refusal = { kind: 'unavailable', retryAfterSeconds: 5 }
    const early = lock(step, never)
    await sleep(30)
    const late = lock(step, never)
    await expect(early).rejects.toMatchObject(refusal)
    await expect(late).rejects.toMatchObject(refusal)
    expect(step).not.toHaveBeenCalled()
    rows.clear()
    expect(await lock(async () => 'again', never)).toBe('again')
  })

  it('asks no more when nobody waits any more, and has nothing in its hands', async () => {
    const { store, state, rows, has } = memoryStore()
    rows.set('firm', { holder: 'other', until: Number.POSITIVE_INFINITY })
    const controller = new AbortController()
    const cancelled = replicaOf(store)(async () => {}, controller.signal)
    await vi.waitUntil(() => state.takes > 2, PATIENT)
    controller.abort(new Error('gone'))
    await expect(cancelled).rejects.toThrow('gone')
    rows.clear()
    const { takes } = state
    await sleep(450)
    expect(state.takes).toBeLessThanOrEqual(takes + 1)
    expect(has('firm')).toBe(false)
  })

  it('gives the lock back after a few steps in a row, so that others get it', async () => {
    const { store } = memoryStore()
    const order: string[] = []
    const busy = (name: string) => {
      const lock = replicaOf(store)
      return Array.from({ length: 12 }, () =>
        lock(async () => {
          order.push(name)
          await sleep(2)
        }, never),
      )
    }
    await Promise.all([...busy('a'), ...busy('b')])
    const runs = order.join('').match(/a+|b+/g) ?? []
    // The last ones may go on when nobody else is left.
    for (const run of runs.slice(0, -2)) expect(run.length).toBeLessThanOrEqual(5)
    expect(order.indexOf('b')).toBeLessThanOrEqual(5)
  })

  it('begins nothing while the store fails, says so to all who wait, and goes on afterwards', async () => {
    const { store, state } = memoryStore()
    const lock = replicaOf(store)
    state.fails = true
    const step = vi.fn(async () => 'done')
    const waiting = await Promise.allSettled([1, 2, 3].map(() => lock(step, never)))
    expect(waiting).toMatchObject([1, 2, 3].map(() => ({ reason: { kind: 'unavailable', hint: 'Wait.' } })))
    expect(step).not.toHaveBeenCalled()
    state.fails = false
    expect(await lock(step, never)).toBe('done')
  })

  it('keeps the lock through a failure of the store that is shorter than the lease', async () => {
    const { store, state } = memoryStore()
    const done = replicaOf(
      store,
      30_000,
      1_200,
    )(async (signal) => {
      state.fails = true
      await sleep(600)
      state.fails = false
      const before = state.extensions
      await vi.waitUntil(() => state.extensions > before, PATIENT)
      signal.throwIfAborted()
      return 'done'
    }, never)
    expect(await done).toBe('done')
  })

  it.each([
    [
      'another took it',
      ({ rows }: ReturnType<typeof memoryStore>) => rows.set('firm', { holder: 'other', until: 0 }),
    ],
    [
      'the store failed for too long',
      ({ state }: ReturnType<typeof memoryStore>) => {
        state.fails = true
      },
    ],
  ])('tells a step that its lock is lost: %s', async (_, lose) => {
    const memory = memoryStore()
    const reason = await replicaOf(memory.store)(async (signal) => {
      lose(memory)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return signal.reason
    }, never)
    expect(reason).toMatchObject({ kind: 'unverified' })
    memory.state.fails = false
    memory.rows.clear()
    expect(await replicaOf(memory.store)(async () => 'next', never)).toBe('next')
  })

  it('that was stopped notices it when it looks, before its timers do', async () => {
    const { store } = memoryStore()
    const step = replicaOf(store)(async (signal) => {
      const until = performance.now() + LEASE
      while (performance.now() < until);
      signal.throwIfAborted()
    }, never)
    await expect(step).rejects.toMatchObject({ kind: 'unverified' })
  })

  it('takes the lock anew for the next step when it was lost in this one', async () => {
    const { store, rows } = memoryStore()
    const lock = replicaOf(store)
    const lost = lock(async (signal) => {
      rows.set('firm', { holder: 'other', until: performance.now() + 300 })
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }, never)
    const next = lock(async () => rows.get('firm')?.holder, never)
    await lost
    expect(await next).not.toBe('other')
  })
})
