import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { type AnswerVault, createAnswers } from './answers.ts'
import { answerGone, otherArguments, stillRunning } from './failures.ts'
import { createGate } from './gate.ts'
import { createGoings, type Told } from './going.ts'
import { type Identity, identify, type OnceCall } from './identity.ts'
import { createKeeper } from './keeper.ts'
import { createLeases, type Lease } from './lease.ts'
import { createMaking, type OnceWork } from './making.ts'
import { nextStep } from './next-step.ts'
import type { HeldCall, OnceStore, Seen } from './once-store.ts'
import { inTime, pause } from './pause.ts'
import { createSweep } from './sweep.ts'

export interface Once {
  /**
   * Makes a call unless it was made before: the same call again gets the first answer, from whichever process, and a
   * call that was cut off is looked for before anything is done again. What `work.do` throws goes on as it is.
   * @throws AppError `invalid_input` for a key that was used for other arguments; `unverified` when nothing can tell
   * whether an earlier try made its change; `unavailable` when nothing was done because the store fails, or because
   * the same call is being made elsewhere for longer than anybody waits
   */
  run<Answer>(call: OnceCall, work: OnceWork<Answer>): Promise<{ answer: Answer; replayed: boolean }>
  /**
   * Begins nothing any more, and writes down in this time what came of the calls that end in half of it, and that the
   * others are in doubt, so that nobody has to wait for them. Afterwards nothing is written. To report those others is
   * left to the caller: nobody gets their drafts any more.
   */
  close(deadlineMs: number): Promise<void>
}

export interface OnceOptions {
  readonly store: OnceStore
  readonly vault: AnswerVault
  readonly clock: Clock
  readonly log: Log
  /** Gets the draft of each call whose process died before it ended. */
  readonly onAbandoned: (draft: string) => void
  /** After so long without a sign of life a process counts as dead. */
  readonly leaseMs?: number
  /** What was on its way when its sender died has arrived after so long. */
  readonly settleMs?: number
  /** How long a call waits for the same one in another process. */
  readonly patienceMs?: number
}

/** One call on its way; `signal` is aborted when nobody here waits for it any more. */
interface Run extends Identity {
  readonly call: OnceCall
  readonly work: OnceWork<unknown>
  readonly signal: AbortSignal
}

/** How long a call that was cut off is remembered: by key as long as an answer, by arguments while it may be repeated. */
const REMEMBERED_MS = { key: 24 * 60 * 60_000, arguments: 15 * 60_000, nothing: 15 * 60_000 }
const POLL_MS = 200

export function createOnce(options: OnceOptions): Once {
  const { clock, log, onAbandoned } = options
  const { leaseMs = 30_000, settleMs = 3_000, patienceMs = 20_000 } = options
  const gate = createGate()
  const store = gate.guard(options.store)
  const answers = createAnswers(gate.guard(options.vault), store)
  const keeper = createKeeper(log)
  const leases = createLeases({ store, clock, log, leaseMs })
  const { make, recover } = createMaking({ store, answers, keeper, settleMs })
  const sweep = createSweep({ store, answers, log, onAbandoned, leaseMs })
  const goings = createGoings()
  /** Holders of the calls that this process holds. */
  const mine = new Set<string>()

  function take(unwanted: AbortSignal): Lease {
    const lease = leases.take(unwanted)
    const { holder } = lease
    mine.add(holder)
    return {
      ...lease,
      end() {
        mine.delete(holder)
        lease.end()
      },
    }
  }

  // Made here, so that what waits for the store to work again keeps nothing of a call but this.
  const release = (held: HeldCall) => () => store.release(held)
  const doubt = (holder: string) => () => store.doubt([holder])

  async function begin({ call, id, digest, by, work, signal }: Run): Promise<Told | undefined> {
    const { owner, tool, account, draft } = call
    const lease = take(signal)
    const { holder } = lease
    const row = { id, owner, tool, account, digest, keepMs: REMEMBERED_MS[by] }
    let startedAt: number | undefined
    try {
      startedAt = await store.begin(row, { holder, leaseMs, draft })
    } catch (error) {
      // It may be written all the same, and would keep the next one waiting.
      if (error instanceof AppError) void keeper.keep(release({ id, holder }))
      lease.end()
      throw error
    }
    if (startedAt === undefined) {
      lease.end()
      return undefined
    }
    lease.confirm()
    return make({ past: { id, owner, startedAt }, by, lease }, work)
  }

  async function claim(seen: Seen, { call, by, work, signal }: Run): Promise<Told | undefined> {
    const lease = take(signal)
    const { holder } = lease
    let isMine = false
    try {
      isMine = await store.claim(seen, { holder, leaseMs, draft: call.draft })
    } catch (error) {
      if (error instanceof AppError) void keeper.keep(doubt(holder))
      lease.end()
      throw error
    }
    if (!isMine) {
      lease.end()
      return undefined
    }
    lease.confirm()
    if (seen.state === 'running') onAbandoned(seen.draft)
    return recover({ past: seen, by, lease }, seen, work)
  }

  /** An answer can go between two looks when its time is over. */
  async function replay(seen: Seen, { by }: Run): Promise<Told | undefined> {
    const text = await answers.find(seen)
    if (text !== undefined) return { text, replayed: true, stored: Promise.resolve() }
    const now = await store.look(seen.id)
    if (now?.startedAt === seen.startedAt && now.state === 'done') throw answerGone(by)
    return undefined
  }

  /** Nothing when it is to be looked at again. */
  async function meet(seen: Seen, run: Run): Promise<Told | undefined> {
    switch (nextStep(seen, run.digest)) {
      case 'refuse':
        throw otherArguments()
      case 'replay':
        return replay(seen, run)
      case 'claim':
        return claim(seen, run)
      case 'forget':
        await sweep.forget(seen)
        return undefined
      case 'wait':
        if (seen.aliveUntil > seen.now + leaseMs) await store.shorten(leaseMs)
        await pause(POLL_MS, run.signal)
        return undefined
    }
  }

  async function follow(run: Run): Promise<Told> {
    const until = performance.now() + patienceMs
    for (let seen: Seen | undefined; ; seen = await store.look(run.id)) {
      run.signal.throwIfAborted()
      const told = await (seen === undefined ? begin(run) : meet(seen, run))
      if (told !== undefined) return told
      if (performance.now() >= until) throw stillRunning()
    }
  }

  /** What is left to write; what still runs is in doubt. */
  async function letGo(): Promise<void> {
    await Promise.all([keeper.close(), keeper.keep(() => store.doubt([...mine]))])
    await gate.idle()
  }

  return {
    async run<Answer>(call: OnceCall, work: OnceWork<Answer>) {
      const { signal } = work
      const identity = identify(call)
      const make = (unwanted: AbortSignal) => follow({ ...identity, call, work, signal: unwanted })
      const { text, replayed } = await goings.share({ ...identity, make }, signal)
      const { answer } = JSON.parse(text) as { answer: Answer }
      return { answer, replayed }
    },
    async close(deadlineMs) {
      const until = performance.now() + deadlineMs
      sweep.close()
      // First, so that what may have sent something is told that it is in doubt, and not that nothing was done.
      leases.close()
      await inTime(goings.close(), deadlineMs / 2)
      await inTime(letGo(), until - performance.now())
      gate.shut()
    },
  }
}
