import { GENESIS } from './chain.ts'
import type { JournalStore, Link } from './journal-store.ts'
import { type Verdict, verifyChain } from './verify.ts'

/** As many of the newest batches as take well under a second. */
const NEWEST = 200

/** A quick look at the end of the chain, in one sentence; `mostik journal verify` follows all of it. */
export async function checkJournal(store: JournalStore): Promise<{ ok: boolean; text: string }> {
  const page = await store.page({ before: Number.MAX_SAFE_INTEGER, most: NEWEST })
  const first = page.at(-1)
  const isAll = page.length < NEWEST
  const from = isAll || first === undefined ? undefined : linkBefore(first.firstSeq, first.previous)
  return inWords(await verifyChain(store, { ...(from && { from }) }), isAll)
}

function linkBefore(firstSeq: number, previous: string | undefined): Link {
  return { seq: firstSeq - 1, hash: previous ?? GENESIS.hash }
}

function inWords({ entries, head, broken }: Verdict, isAll: boolean) {
  if (broken !== undefined) {
    const text = `entry ${broken.seq} ${broken.what}. Keep a copy of the database and run: mostik journal verify`
    return { ok: false, text }
  }
  if (head.seq === 0) return { ok: true, text: 'empty.' }
  const checked = isAll ? 'all checked' : `the newest ${entries} checked`
  return { ok: true, text: `${head.seq} entries so far, ${checked}: the chain is whole.` }
}
