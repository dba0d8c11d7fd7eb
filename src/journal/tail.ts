import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { type Body, chain, GENESIS } from './chain.ts'
import type { Batch, JournalStore, Link } from './journal-store.ts'

/** One row: what 25 ms bring at 10 000 calls a second. Readers hold some of them in memory at once. */
const MOST_AT_ONCE = 256
/** So many times in a row may another process be faster before that is a failure to be waited for. */
const MOST_TURNS = 20

/**
 * The end of the chain as this process knows it. A batch is hashed onto it without asking; when another process was
 * first, it is hashed again onto what is there now.
 */
export function createTail(store: JournalStore, log: Log) {
  let known: Link | undefined
  /** Others write too: asking first costs less than being refused. */
  let isShared = false
  /** A batch whose fate is unknown is offered again just as it was, so that the store can recognise it. */
  let unsettled: Batch | undefined

  /** Stores the first of these, and gives how many. @throws AppError `unavailable`: some of them may be stored */
  async function append(bodies: readonly Body[]): Promise<number> {
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      unsettled ??= chain(await end(), bodies.slice(0, MOST_AT_ONCE))
      const batch = unsettled
      const isStored = await store.append(batch)
      unsettled = undefined
      isShared = !isStored || isShared
      if (!isStored) continue
      known = { seq: batch.lastSeq, hash: batch.head }
      return batch.lastSeq - batch.firstSeq + 1
    }
    throw new AppError('unavailable', 'The journal of this database does not take entries from this process.')
  }

  async function end(): Promise<Link> {
    if (known !== undefined && !isShared) return known
    const found = (await store.head()) ?? GENESIS
    if (known !== undefined && found.seq < known.seq) {
      log.error({ known: known.seq, found: found.seq }, 'journal lost entries that were stored')
    }
    isShared = known !== undefined && found.seq !== known.seq
    known = found
    return found
  }

  return { append, mostAtOnce: MOST_AT_ONCE }
}
