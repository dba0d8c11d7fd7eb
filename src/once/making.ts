import { AppError } from '../kernel/errors.ts'
import type { Answers } from './answers.ts'
import { effectUnknown, heldUp, lookFailed } from './failures.ts'
import type { Told } from './going.ts'
import type { Identity } from './identity.ts'
import type { Keeper } from './keeper.ts'
import type { Held, Lease } from './lease.ts'
import type { OnceStore, Past, Seen } from './once-store.ts'
import { pause } from './pause.ts'

/** How a call is made, and how it is found out what an earlier try has made. */
export interface OnceWork<Answer> {
  /** Makes the change. An AppError of any kind but `unverified` says for certain that nothing was changed. */
  do(held: Held): Promise<Answer>
  /** Looks for what a try that began at `since` (Unix ms) has made; nothing when it surely made nothing. */
  settle?(since: number, held: Held): Promise<Answer | undefined>
  /** Made twice it changes nothing more, so that it is simply made again. */
  readonly repeatable?: boolean
  /** Of whoever waits for the answer. */
  readonly signal?: AbortSignal | undefined
}

/** A call that this process holds. */
interface Mine {
  readonly past: Past
  readonly by: Identity['by']
  readonly lease: Lease
}

export interface Making {
  /** Makes a call that nobody has begun. */
  make(mine: Mine, work: OnceWork<unknown>): Promise<Told>
  /** Finds out what became of a call that was cut off, after it was claimed; makes it when nothing did. */
  recover(mine: Mine, seen: Seen, work: OnceWork<unknown>): Promise<Told>
}

interface MakingParts {
  readonly store: OnceStore
  readonly answers: Answers
  readonly keeper: Keeper
  readonly settleMs: number
}

const KEPT_BY_KEY_MS = 24 * 60 * 60_000
/** How soon clients repeat a call by themselves. */
const KEPT_BY_ARGUMENTS_MS = 60_000
/** As far as `settle` may look back past `since`, since clocks differ. */
const TWIN_SLACK_MS = 60_000

export function createMaking({ store, answers, keeper, settleMs }: MakingParts): Making {
  /** Afterwards the lease need not last. */
  async function close(mine: Mine, write: () => Promise<void>): Promise<{ stored: Promise<void> }> {
    const kept = await keeper.keep(write)
    void kept.stored.then(mine.lease.end)
    return kept
  }

  const held = ({ past, lease }: Mine) => ({ id: past.id, holder: lease.holder })
  const release = (mine: Mine) => close(mine, () => store.release(held(mine)))
  const doubt = (mine: Mine) => close(mine, () => store.doubt([mine.lease.holder]))

  async function tell(mine: Mine, answer: unknown, replayed: boolean): Promise<Told> {
    const { past, by } = mine
    const text = JSON.stringify({ answer })
    if (by === 'nothing') return { text, replayed, ...(await release(mine)) }
    const keepMs = by === 'key' ? KEPT_BY_KEY_MS : KEPT_BY_ARGUMENTS_MS
    return {
      text,
      replayed,
      ...(await close(mine, () => answers.keep(past, held(mine), text, keepMs))),
    }
  }

  async function make(mine: Mine, work: OnceWork<unknown>): Promise<Told> {
    const { lease } = mine
    if (lease.signal.aborted) {
      await release(mine)
      throw lease.isHeld() ? lease.signal.reason : heldUp()
    }
    let answer: unknown
    try {
      answer = await work.do(lease)
    } catch (error) {
      if (isDefinite(error) || mine.by === 'nothing') await release(mine)
      else await doubt(mine)
      throw error
    }
    return tell(mine, answer, false)
  }

  /** The answer that the earlier try has left; nothing when it surely made no change. */
  async function look(mine: Mine, seen: Seen, work: OnceWork<unknown>): Promise<Told | undefined> {
    const { past, by, lease } = mine
    const sealed = await answers.find(past)
    if (sealed !== undefined) return tell(mine, JSON.parse(sealed).answer, true)
    if (!work.settle && !work.repeatable) throw effectUnknown(by)
    // What was on its way when its sender died may still arrive. A last sign of life that is yet to come was written before
    // the clock was set back.
    const passedMs = Math.max(0, seen.now - seen.aliveUntil)
    await pause(Math.max(0, settleMs - passedMs), lease.signal)
    if (!work.settle) return undefined
    // Two calls that asked for the same, and one thing found: nobody can say whose it is.
    if (!work.repeatable && (await store.hasTwin(seen, past.startedAt - TWIN_SLACK_MS)))
      throw effectUnknown(by)
    const settled = await lookUp(() => work.settle?.(past.startedAt, lease), mine)
    return settled === undefined ? undefined : tell(mine, settled, true)
  }

  return {
    make,
    async recover(mine, seen, work) {
      let told: Told | undefined
      try {
        told = await look(mine, seen, work)
        if (told === undefined) mine.lease.signal.throwIfAborted()
      } catch (error) {
        await doubt(mine)
        throw error
      }
      return told ?? make(mine, work)
    },
  }
}

/** Nothing was done by a look that failed, and the call stays as doubtful as it was. */
async function lookUp(settle: () => unknown, { by, lease }: Mine): Promise<unknown> {
  try {
    return await settle()
  } catch (error) {
    if (lease.signal.aborted) throw lease.signal.reason
    if (!(error instanceof AppError)) throw error
    throw error.kind === 'unverified' ? effectUnknown(by, error.cause) : lookFailed(by, error)
  }
}

function isDefinite(error: unknown): boolean {
  return error instanceof AppError && error.kind !== 'unverified'
}
