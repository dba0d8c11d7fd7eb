import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../kernel/log.ts'
import { createJournalStore } from '../store/journal-store.ts'
import { type Db, openStore, type Store } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import { chain, GENESIS } from './chain.ts'
import { checkJournal } from './check.ts'
import { bodyText } from './entry.ts'
import type { Batch, JournalStore, Link } from './journal-store.ts'
import { call, OK } from './testing/calls.ts'
import { verifyChain } from './verify.ts'

type Row = Tables['journal']

describe('the chain', () => {
  let store: Store
  let journal: JournalStore
  let db: Db

  beforeEach(async () => {
    store = await openStore({ log: silentLog })
    journal = createJournalStore(store, { now: () => 0 })
    db = await store.db()
  })
  afterEach(() => store.close())

  /** Batches of these sizes; all their entries differ. */
  async function fill(sizes: readonly number[]): Promise<Batch[]> {
    const made: Batch[] = []
    let link = GENESIS
    for (const size of sizes) {
      const bodies = Array.from({ length: size }, (_, index) => {
        const at = 1_700_000_000_000 + (link.seq + index) * 1_000
        const text = bodyText(
          new Date(at).toISOString(),
          'aaaaaaaa',
          5,
          call({ user: `user ${link.seq + index}` }),
          OK,
        )
        return { at, text }
      })
      const batch = chain(link, bodies)
      await journal.append(batch)
      made.push(batch)
      link = { seq: batch.lastSeq, hash: batch.head }
    }
    return made
  }

  const rows = (): Promise<Row[]> => db.selectFrom('journal').selectAll().orderBy('first_seq').execute()

  async function replace(all: readonly Row[]) {
    await db.deleteFrom('journal').execute()
    for (const row of all) await db.insertInto('journal').values(row).execute()
  }

  async function change(firstSeq: number, edit: (lines: string[]) => string[]) {
    const row = (await rows()).find(({ first_seq }) => first_seq === firstSeq)
    const lines = edit(row?.lines.split('\n') ?? []).join('\n')
    await db.updateTable('journal').set({ lines }).where('first_seq', '=', firstSeq).execute()
  }

  const link = ({ lastSeq, head }: Batch): Link => ({ seq: lastSeq, hash: head })

  it('is whole as it was written, over any number of pages', async () => {
    const all = await fill(Array.from({ length: 150 }, (_, index) => 1 + (index % 3)))
    const head = link(all.at(-1) as Batch)
    expect(await verifyChain(journal)).toEqual({ entries: 300, from: GENESIS, head })
  })

  it('is whole when it is empty', async () => {
    expect(await verifyChain(journal)).toEqual({ entries: 0, from: GENESIS, head: GENESIS })
  })

  it('breaks at the entry in which any one character was changed', async () => {
    await fill([3, 4, 2])
    const before = await rows()
    const places = before.flatMap(({ first_seq, lines }) =>
      [...lines].map((_, index) => ({ first_seq, index })),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.constantFrom(...'0a"} :{x\n'),
        async (place, letter) => {
          const row = before.find(({ first_seq }) => first_seq === place.first_seq) as Row
          if (row.lines[place.index] === letter) return
          const lines = row.lines.slice(0, place.index) + letter + row.lines.slice(place.index + 1)
          await db.updateTable('journal').set({ lines }).where('first_seq', '=', row.first_seq).execute()
          const seq = row.first_seq + row.lines.slice(0, place.index).split('\n').length - 1
          const { broken } = await verifyChain(journal)
          await db
            .updateTable('journal')
            .set({ lines: row.lines })
            .where('first_seq', '=', row.first_seq)
            .execute()
          // The end of a line belongs to two entries.
          expect([seq, seq + 1]).toContain(broken?.seq)
        },
      ),
      { numRuns: 300 },
    )
    expect(await verifyChain(journal)).not.toHaveProperty('broken')
  })

  it('breaks wherever rows are deleted, doubled or put in another order', async () => {
    await fill([2, 1, 3, 1, 2, 2])
    const before = await rows()
    const edits = fc.array(fc.nat(before.length - 1), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(edits, async (order) => {
        // A cut tail is a whole chain that ends earlier: only a noted head tells, see below.
        const isPrefix = order.every((row, index) => row === index)
        const taken = order.map((index, place) => ({
          ...(before[index] as Row),
          first_seq: before[place]?.first_seq ?? 99 + place,
        }))
        await replace(taken)
        expect((await verifyChain(journal)).broken === undefined).toBe(isPrefix)
      }),
      { numRuns: 150 },
    )
  })

  it.each<[string, number, (lines: string[]) => string[]]>([
    ['deleted within a batch', 5, (lines) => lines.toSpliced(1, 1)],
    ['inserted within a batch', 5, (lines) => lines.toSpliced(1, 0, lines[0] ?? '')],
    ['put in another order within a batch', 5, ([a = '', b = '', ...rest]) => [a, ...rest, b]],
    ['cut off the end of a batch', 6, (lines) => lines.slice(0, 2)],
    ['written behind the end of a batch', 7, (lines) => [...lines, lines[2] ?? '']],
  ])('breaks at an entry that was %s', async (_, seq, edit) => {
    await fill([3, 3, 3])
    await change(4, edit)
    expect((await verifyChain(journal)).broken?.seq).toBe(seq)
  })

  it('breaks when an entry was replaced together with its own hash', async () => {
    await fill([3, 3, 3])
    const [, second] = await rows()
    const lines = second?.lines.split('\n').map((line) => line.slice(65).replace('user 4', 'user 5')) ?? []
    const forged = chain(
      { seq: 3, hash: (await rows())[0]?.head ?? '' },
      lines.map((line) => ({ at: 0, text: line.replace(/^\{"seq":\d+/, '') })),
    )
    await db
      .updateTable('journal')
      .set({ lines: forged.lines, head: forged.head })
      .where('first_seq', '=', 4)
      .execute()
    expect((await verifyChain(journal)).broken?.seq).toBe(7)
  })

  it('breaks when its beginning was cut off, or it was filed under another time', async () => {
    await fill([2, 2])
    await db.updateTable('journal').set({ last_at: 5 }).where('first_seq', '=', 3).execute()
    expect((await verifyChain(journal)).broken).toMatchObject({ seq: 4, what: 'is filed under another time' })
    await db.deleteFrom('journal').where('first_seq', '=', 1).execute()
    expect((await verifyChain(journal)).broken).toEqual({ seq: 1, what: 'is missing' })
  })

  it('proves a noted head, and tells when the tail was cut off or written anew', async () => {
    const all = await fill([2, 2, 2])
    const [first, , last] = all.map(link)
    for (const noted of [first, last, GENESIS]) {
      expect(await verifyChain(journal, noted && { noted })).not.toHaveProperty('broken')
    }
    await db.deleteFrom('journal').where('first_seq', '>', 2).execute()
    expect(await verifyChain(journal)).not.toHaveProperty('broken')
    expect((await verifyChain(journal, last && { noted: last })).broken).toMatchObject({
      seq: 6,
      what: expect.stringContaining('ends with entry 2'),
    })
    await journal.append(
      chain(
        first ?? GENESIS,
        [1, 2, 3, 4].map((at) => ({ at, text: `,"at":"${new Date(at).toISOString()}","user":"x"}` })),
      ),
    )
    expect((await verifyChain(journal, last && { noted: last })).broken).toMatchObject({
      seq: 6,
      what: expect.stringContaining('written anew'),
    })
  })

  it('stays whole where it was pruned, and says that an older head cannot be looked at', async () => {
    const all = await fill([2, 2, 2])
    await journal.prune(1_700_000_003_500, 100)
    expect(await verifyChain(journal)).toMatchObject({ entries: 2, from: link(all[1] as Batch) })
    expect(await verifyChain(journal, { noted: link(all[1] as Batch) })).not.toHaveProperty('broken')
    const { broken } = await verifyChain(journal, { noted: link(all[0] as Batch) })
    expect(broken?.what).toContain('pruned')
  })

  it('is not called broken for what is pruned while it is being read', async () => {
    await fill(Array.from({ length: 200 }, () => 1))
    let pages = 0
    const pruning: JournalStore = {
      ...journal,
      async page(page) {
        pages += 1
        if (pages === 2) await journal.prune(1_700_000_000_000 + 100_000, 1_000)
        return journal.page(page)
      },
    }
    expect(await verifyChain(pruning)).toMatchObject({ from: { seq: 100 }, head: { seq: 200 } })
    expect(await verifyChain(pruning)).not.toHaveProperty('broken')
  })

  it('is checked quickly at its end, in one sentence', async () => {
    expect(await checkJournal(journal)).toEqual({ ok: true, text: 'empty.' })
    await fill(Array.from({ length: 250 }, () => 2))
    expect(await checkJournal(journal)).toMatchObject({
      ok: true,
      text: expect.stringContaining('newest 400'),
    })
    await change(499, (lines) => lines.toSpliced(0, 1))
    expect(await checkJournal(journal)).toMatchObject({
      ok: false,
      text: expect.stringMatching(/^entry 499 /),
    })
  })
})
