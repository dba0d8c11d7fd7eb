import type { JournalStore, Page, StoredBatch } from './journal-store.ts'

/** Rows in memory at once; a row holds at most 256 entries of a few hundred bytes. */
const PAGE = 64

/** All batches behind `after`, oldest first, or before `before`, newest first: read in pages, while others write. */
export async function* batches(store: JournalStore, where: Omit<Page, 'most'>): AsyncGenerator<StoredBatch> {
  let { after, before } = where
  for (;;) {
    const bounds = before === undefined ? { after: after ?? 0 } : { before }
    const page = await store.page({ ...where, ...bounds, most: PAGE })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    if (before === undefined) after = last.lastSeq
    else before = last.firstSeq
  }
}
