import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Body, chain, GENESIS } from '../journal/chain.ts'
import type { Batch, JournalStore, Link } from '../journal/journal-store.ts'
import { verifyChain } from '../journal/verify.ts'
import { createJournalStore } from './journal-store.ts'
import { engines, type Opened } from './testing/engines.ts'

const clock = { now: () => 5_000 }
const FAR_AHEAD = 9_000_000_000
const bodies = (texts: readonly string[], at = 1_000): Body[] =>
  texts.map((text, index) => ({
    at: at + index,
    text: `,"at":"${new Date(at + index).toISOString()}","by":"test","user":${JSON.stringify(text)}}`,
  }))
const endOf = ({ lastSeq, head }: Batch): Link => ({ seq: lastSeq, hash: head })

describe.each(engines)('the journal on $name', (engine) => {
  let opened: Opened
  let journal: JournalStore

  beforeEach(async () => {
    opened = await engine.open()
    journal = createJournalStore(opened.store, clock)
  })
  afterEach(() => opened.store.close())

  /** Appends batches of these sizes, all entries a second apart. */
  async function fill(...sizes: number[]): Promise<Batch[]> {
    const made: Batch[] = []
    for (const size of sizes) {
      const last = made.at(-1)
      const link = last === undefined ? GENESIS : endOf(last)
      const entries = Array.from({ length: size }, (_, index) => {
        const at = (link.seq + index + 1) * 1_000
        return bodies([`entry ${link.seq + index + 1}`], at)
      })
      const batch = chain(link, entries.flat())
      expect(await journal.append(batch)).toBe(true)
      made.push(batch)
    }
    return made
  }

  it('has neither head nor anchor when it is new', async () => {
    expect(await journal.head()).toBeUndefined()
    expect(await journal.anchor()).toBeUndefined()
    expect(await journal.page({ most: 10 })).toEqual([])
  })

  it('gives back a batch as it was appended', async () => {
    const batch = chain(GENESIS, bodies(['Иван', 'quote " \\ and \u0000', '😀 \u2028']))
    expect(await journal.append(batch)).toBe(true)
    expect(await journal.head()).toEqual(endOf(batch))
    expect(await journal.page({ most: 10 })).toEqual([{ ...batch, previous: undefined }])
  })

  it('takes a batch only where the chain ends', async () => {
    const [first, second] = await fill(2, 3)
    const elsewhere = [
      chain(GENESIS, bodies(['a'])),
      chain({ seq: 2, hash: first?.head ?? '' }, bodies(['b'])),
      chain({ seq: 5, hash: first?.head ?? '' }, bodies(['c'])),
      chain({ seq: 6, hash: second?.head ?? '' }, bodies(['d'])),
      chain({ seq: 4, hash: second?.head ?? '' }, bodies(['e'])),
    ]
    for (const batch of elsewhere) expect(await journal.append(batch)).toBe(false)
    expect((await journal.page({ most: 10 })).length).toBe(2)
  })

  it('recognises a batch that is there already, and adds it once', async () => {
    const [batch] = await fill(2)
    expect(batch && (await journal.append(batch))).toBe(true)
    await journal.append(chain(endOf(batch as Batch), bodies(['later'])))
    expect(batch && (await journal.append(batch))).toBe(true)
    expect((await verifyChain(journal)).entries).toBe(3)
  })

  it('lets one of several processes through at each place', async () => {
    const others = await Promise.all([opened.again(), opened.again(), opened.again()])
    try {
      const journals = [journal, ...others.map((store) => createJournalStore(store, clock))]
      let link = GENESIS
      for (let round = 0; round < 20; round += 1) {
        const batches = journals.map((_, index) => chain(link, bodies([`${round} by ${index}`])))
        const taken = await Promise.all(journals.map((one, index) => one.append(batches[index] as Batch)))
        expect(taken.filter(Boolean)).toHaveLength(1)
        link = endOf(batches[taken.indexOf(true)] as Batch)
        expect(await journal.head()).toEqual(link)
      }
      expect(await verifyChain(journal)).toMatchObject({ entries: 20, head: link })
    } finally {
      for (const store of others) await store.close()
    }
  })

  it('is read forwards and backwards in pages', async () => {
    const all = await fill(1, 2, 3, 4)
    const firsts = (page: readonly { firstSeq: number }[]) => page.map(({ firstSeq }) => firstSeq)
    expect(firsts(await journal.page({ most: 2 }))).toEqual([1, 2])
    expect(firsts(await journal.page({ after: 3, most: 2 }))).toEqual([4, 7])
    expect(firsts(await journal.page({ before: 7, most: 2 }))).toEqual([4, 2])
    const [last] = await journal.page({ before: 99, most: 1 })
    expect(last?.previous).toBe(all[2]?.head)
  })

  it('reads only batches of the period', async () => {
    await fill(1, 2, 3, 4)
    const page = await journal.page({ since: 3_000, until: 4_000, most: 10 })
    expect(page.map(({ firstSeq }) => firstSeq)).toEqual([2, 4])
    const [newest] = await journal.page({ before: 99, until: 3_500, most: 1 })
    expect(newest?.firstSeq).toBe(2)
  })

  it('prunes whole batches that are old, and knows where it begins then', async () => {
    const all = await fill(2, 2, 2)
    expect(await journal.prune(4_000, 10)).toBe(1)
    expect(await journal.anchor()).toEqual(endOf(all[0] as Batch))
    expect(await verifyChain(journal)).toMatchObject({ entries: 4, from: { seq: 2 }, head: { seq: 6 } })
    expect(await journal.prune(4_000, 10)).toBe(0)
  })

  it('prunes no more than it is asked to at once', async () => {
    await fill(1, 1, 1, 1)
    expect(await journal.prune(9_000, 3)).toBe(3)
    expect(await journal.prune(9_000, 3)).toBe(1)
  })

  /** Appends a batch of one entry for each time. */
  async function fillAt(times: readonly number[]): Promise<void> {
    let link: Link = GENESIS
    for (const at of times) {
      const batch = chain(link, bodies(['x'], at))
      expect(await journal.append(batch)).toBe(true)
      link = endOf(batch)
    }
  }

  it('prunes what a clock that was far ahead has dated, together with the old batches behind it', async () => {
    await fillAt([1_000, FAR_AHEAD, 1_200, FAR_AHEAD, 4_500, 4_600])
    expect(await journal.prune(4_000, 10)).toBe(3)
    expect(await verifyChain(journal)).toMatchObject({ entries: 3, from: { seq: 3 }, head: { seq: 6 } })
    expect(await journal.prune(4_000, 10)).toBe(0)
  })

  it('prunes more batches of a clock that was far ahead than one step takes', async () => {
    await fillAt([...Array.from({ length: 7 }, () => FAR_AHEAD), 1_000, 4_500])
    const gone: number[] = []
    for (let step = 0; step < 5; step += 1) gone.push(await journal.prune(4_000, 3))
    expect(gone).toEqual([3, 3, 2, 0, 0])
    expect(await verifyChain(journal)).toMatchObject({ entries: 1, from: { seq: 8 } })
  })

  it('keeps what a clock that was far ahead has dated as long as the batches behind it are young', async () => {
    await fillAt([FAR_AHEAD, FAR_AHEAD, 4_500, 1_000])
    expect(await journal.prune(4_000, 1)).toBe(0)
    expect(await journal.prune(4_000, 10)).toBe(0)
  })

  it('goes on after everything was pruned, and for one who missed that only at the new end', async () => {
    const [first, second] = await fill(1, 1)
    expect(await journal.prune(99_000, 10)).toBe(2)
    expect(await journal.head()).toEqual(endOf(second as Batch))
    expect(await journal.append(chain(endOf(first as Batch), bodies(['stale'])))).toBe(false)
    expect(await journal.append(chain(GENESIS, bodies(['anew'])))).toBe(false)
    expect(await journal.append(chain(endOf(second as Batch), bodies(['next'])))).toBe(true)
    expect(await verifyChain(journal)).toMatchObject({ entries: 1, from: { seq: 2 }, head: { seq: 3 } })
  })

  it('is pruned by several processes at once as by one', async () => {
    await fill(...Array.from({ length: 40 }, () => 1))
    const other = await opened.again()
    try {
      const both = [journal, createJournalStore(other, clock)]
      const gone = await Promise.all([...both, ...both].map((one, index) => one.prune(30_500, 10 + index)))
      while ((await journal.prune(30_500, 100)) > 0) gone.push(0)
      expect(await journal.anchor()).toMatchObject({ seq: 30 })
      expect(await verifyChain(journal)).toMatchObject({ entries: 10, head: { seq: 40 } })
    } finally {
      await other.close()
    }
  })
})
