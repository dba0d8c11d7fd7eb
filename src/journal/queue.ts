import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Body } from './chain.ts'
import type { JournalStore } from './journal-store.ts'
import { createTail } from './tail.ts'

interface QueueOptions {
  readonly store: JournalStore
  readonly log: Log
  readonly flushMs: number
  readonly most: number
}

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000
/** Calls that ran when the queue became full still end and are still written down. */
const ROOM_BEYOND = 0.1

/** Bodies in the order they came, each stored once, in batches; kept and tried again while the store fails. */
export function createQueue({ store, log, flushMs, most }: QueueOptions) {
  const tail = createTail(store, log)
  let waiting: Body[] = []
  let added = 0
  let stored = 0
  let timer: NodeJS.Timeout | undefined
  let draining: Promise<void> | undefined
  let endPause = () => {}
  let failures = 0
  let state: 'open' | 'closing' | 'closed' = 'open'
  let watchers: Watcher[] = []

  function add(body: Body) {
    if (state === 'closed' || waiting.length >= most + Math.floor(most * ROOM_BEYOND)) return toLog(body)
    waiting.push(body)
    added += 1
    if (timer === undefined && draining === undefined) timer = setTimeout(drain, flushMs)
  }

  function drain(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    draining ??= storeAll()
    return draining
  }

  async function storeAll() {
    // Not in one tick with the caller, so that `draining` is set before this can end.
    await undefined
    while (waiting.length > 0 && state !== 'closed') await storeSome()
    // In one tick with the look at `waiting`: an entry that comes now starts the next turn.
    draining = undefined
  }

  async function storeSome() {
    try {
      const count = await tail.append(waiting)
      if (state === 'closed') return
      if (failures > 0) log.info({ waiting: waiting.length }, 'journal is written again')
      failures = 0
      waiting = waiting.slice(count)
      stored += count
      tellWatchers()
    } catch (err) {
      // What was left is in the log by now, and the store may be closed.
      if (state === 'closed') return
      if (failures === 0) log.error({ err, waiting: waiting.length }, 'journal cannot be written')
      failures += 1
      await pause(Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS))
      return
    }
    if (waiting.length > 0 && waiting.length < tail.mostAtOnce) await pause(flushMs)
  }

  /** Short when the journal is to be closed. */
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const alarm = setTimeout(resolve, state === 'open' ? ms : Math.min(ms, FIRST_PAUSE_MS))
      endPause = () => {
        clearTimeout(alarm)
        resolve()
      }
    })
  }

  function tellWatchers() {
    const ready = watchers.filter(({ upTo }) => upTo <= stored)
    watchers = watchers.filter(({ upTo }) => upTo > stored)
    for (const { resolve } of ready) resolve()
  }

  function flushed(): Promise<void> {
    if (stored >= added) return Promise.resolve()
    const upTo = added
    // Somebody waits: nobody else is waited for, unless the store needs its time.
    if (failures === 0) endPause()
    void drain()
    return new Promise((resolve, reject) => watchers.push({ upTo, resolve, reject }))
  }

  async function close(deadlineMs: number) {
    if (state !== 'open') return
    state = 'closing'
    endPause()
    const alarm = new AbortController()
    await Promise.race([drain(), sleep(deadlineMs, undefined, { signal: alarm.signal }).catch(() => {})])
    alarm.abort()
    state = 'closed'
    endPause()
    for (const body of waiting) toLog(body)
    waiting = []
    for (const { reject } of watchers) reject(new AppError('unavailable', 'The journal was closed.'))
    watchers = []
  }

  /** The last place for an entry: it says who did what, and holds no contents. */
  function toLog({ text }: Body) {
    log.error({ entry: `{${text.slice(1)}` }, 'journal entry is perhaps not stored')
  }

  return { add, flushed, close, isFull: () => waiting.length >= most }
}

interface Watcher {
  readonly upTo: number
  resolve(): void
  reject(error: AppError): void
}
