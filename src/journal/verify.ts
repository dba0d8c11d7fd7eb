import { batches } from './batches.ts'
import { GENESIS, hashOf } from './chain.ts'
import type { JournalStore, Link, StoredBatch } from './journal-store.ts'

/** What a check of the chain has found. */
export interface Verdict {
  readonly entries: number
  /** The link before the first entry that was checked: everything up to it is pruned, or was not asked for. */
  readonly from: Link
  /** The last entry that is whole. Noted elsewhere, it proves later that nothing up to it was changed or taken away. */
  readonly head: Link
  /** The first entry that is not as it was written. */
  readonly broken?: Break
}

interface Break {
  readonly seq: number
  readonly what: string
}

interface VerifyOptions {
  /** A head that was noted before and must still be in the chain. */
  readonly noted?: Link
  /** Starts behind this link; at the beginning without it. */
  readonly from?: Link
}

/** Follows the chain from its beginning to its end, in pages, while others may write to it. */
export async function verifyChain(
  store: JournalStore,
  { noted, from }: VerifyOptions = {},
): Promise<Verdict> {
  let start = from ?? (await store.anchor()) ?? GENESIS
  let head = start
  let entries = 0
  let seen = noted !== undefined && noted.seq === start.seq ? start.hash : undefined
  const verdict = (broken?: Break): Verdict => ({ entries, from: start, head, ...(broken && { broken }) })

  for await (const batch of batches(store, { after: start.seq })) {
    if (batch.firstSeq !== head.seq + 1) {
      // What is missing may have been pruned while it was being read.
      const anchor = await store.anchor()
      if (anchor?.seq !== batch.firstSeq - 1) return verdict({ seq: head.seq + 1, what: 'is missing' })
      start = anchor
      head = anchor
    }
    const hashes = hashesOf(head, batch)
    for (const found of hashes) {
      if ('what' in found) return verdict(found)
      head = found
      entries += 1
      if (found.seq === noted?.seq) seen = found.hash
    }
  }
  if (noted === undefined || seen === noted.hash) return verdict()
  return verdict({ seq: noted.seq, what: whereNotedWent(noted, start, head) })
}

function whereNotedWent({ seq }: Link, start: Link, head: Link): string {
  if (seq > head.seq) return `was noted but is not there: the journal ends with entry ${head.seq}`
  if (seq < start.seq) return `cannot be looked at any more: entries up to ${start.seq} were pruned`
  return 'is not the one that was noted: the journal was written anew'
}

/** Each link of a batch in turn; a break ends it. */
function* hashesOf(link: Link, batch: StoredBatch): Generator<Link | Break> {
  let { seq, hash: previous } = link
  let firstAt = Number.POSITIVE_INFINITY
  let lastAt = Number.NEGATIVE_INFINITY
  for (const stored of batch.lines.split('\n')) {
    seq += 1
    const [, hash = '', line = '', number = '', at = ''] = LINE.exec(stored) ?? []
    if (hash === '') return yield { seq, what: 'is not an entry' }
    if (number !== String(seq)) return yield { seq, what: `is missing: entry ${number} stands in its place` }
    if (hash !== hashOf(previous, line)) return yield { seq, what: 'was changed, or one before it was' }
    previous = hash
    const time = Date.parse(at)
    if (time < firstAt) firstAt = time
    if (time > lastAt) lastAt = time
    yield { seq, hash }
  }
  const fits = seq === batch.lastSeq && previous === batch.head
  if (!fits) return yield { seq: seq + 1, what: 'is missing' }
  // Searches and pruning go by these.
  if (firstAt !== batch.firstAt || lastAt !== batch.lastAt)
    return yield { seq, what: 'is filed under another time' }
}

const LINE = /^([0-9a-f]{64}) (\{"seq":(\d{1,16}),"at":"([^"]{24})",.*\})$/
