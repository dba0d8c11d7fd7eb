import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../kernel/log.ts'
import { createJournalStore } from '../store/journal-store.ts'
import { openStore, type Store } from '../store/store.ts'
import { CSV_HEADER, toCsv } from './csv.ts'
import { createJournal } from './journal.ts'
import type { JournalStore } from './journal-store.ts'
import { toJsonl, verifyExport } from './jsonl.ts'
import { toText } from './plain-text.ts'
import { type Filter, type Found, follow, newest, search } from './search.ts'
import { call, collect, OK } from './testing/calls.ts'

const HOSTILE = [
  '=1+1',
  '+7 495 000-00-00',
  '-2',
  '@sum',
  '\tx',
  ' =x',
  '"q", "r"',
  'line\r\nline',
  '＝x',
  'Анна',
]

describe('what is read from the journal', () => {
  let store: Store
  let journal: JournalStore
  let now = 0
  const damaged: string[] = []

  beforeEach(async () => {
    damaged.length = 0
    store = await openStore({ log: silentLog })
    journal = createJournalStore(store, { now: () => 0 })
    const writer = createJournal({ store: journal, clock: { now: () => now }, log: silentLog })
    for (const [index, user] of HOSTILE.entries()) {
      now = Date.UTC(2026, 10, 20, 9, index)
      writer.record(call({ user, tool: index % 2 === 0 ? 'even' : 'odd' }), OK)
      writer.record(call({ user, client: 'claude' }), {
        decision: 'refused',
        outcome: 'rate_limited',
        bytesOut: 0,
      })
      await writer.flushed()
    }
    await writer.close(1_000)
  })
  afterEach(() => store.close())

  const all = (filter: Filter = {}) => collect(search(journal, filter, (line) => damaged.push(line)))
  const seqs = (found: readonly Found[]) => found.map(({ entry }) => entry.seq)

  it.each<[string, Filter, number[]]>([
    ['tool', { tool: 'odd' }, [3, 7, 11, 15, 19]],
    ['user', { user: '=1+1' }, [1, 2]],
    ['client', { client: 'claude', user: 'Анна' }, [20]],
    ['outcome', { outcome: 'rate_limited', until: Date.UTC(2026, 10, 20, 9, 1) }, [2, 4]],
    ['account', { account: 'elsewhere' }, []],
    ['time', { since: Date.UTC(2026, 10, 20, 9, 3), until: Date.UTC(2026, 10, 20, 9, 4) }, [7, 8, 9, 10]],
  ])('can be chosen by %s', async (_, filter, expected) => {
    expect(seqs(await all(filter))).toEqual(expected)
    expect(seqs(await newest(journal, filter, () => {}, 1_000))).toEqual(expected)
    expect(seqs(await newest(journal, filter, () => {}, 1))).toEqual(expected.slice(-1))
  })

  it('comes as it is written, from a place on', async () => {
    const stop = new AbortController()
    const coming = follow(journal, { tool: 'new' }, () => {}, 20, { signal: stop.signal, everyMs: 5 })
    const first = coming.next()
    const writer = createJournal({ store: journal, clock: { now: () => now }, log: silentLog })
    for (const tool of ['old', 'new', 'new']) writer.record(call({ tool }), OK)
    await writer.flushed()
    expect((await first).value.entry.seq).toBe(22)
    expect((await coming.next()).value.entry.seq).toBe(23)
    const end = coming.next()
    stop.abort()
    expect((await end).done).toBe(true)
    await writer.close(1_000)
  })

  it('leaves out a line that is no entry any more, and tells', async () => {
    const db = await store.db()
    await db.updateTable('journal').set({ lines: 'rubbish\n{}' }).where('first_seq', '=', 3).execute()
    expect(seqs(await all())).toEqual([1, 2, ...Array.from({ length: 16 }, (_, index) => index + 5)])
    expect(damaged).toEqual(['rubbish', '{}'])
  })

  it('is a line of text that moves no cursor and turns no direction', () => {
    const entry = {
      seq: 1,
      at: 'now',
      by: 'b',
      user: 'a\u001b[2J\u202e\u0085\u2028x',
      client: 'c',
      tool: 't',
    }
    const text = toText({
      ...entry,
      account: '',
      access: 'read',
      decision: 'refused',
      outcome: 'not_allowed',
      ms: 1,
      in: 2,
      out: 3,
      args: {},
    })
    expect(text).toBe('now #1 refused:not_allowed read t user=a?[2J???x client=c account=- 1ms in=2 out=3 {}')
  })

  describe('as JSONL', () => {
    const lines = async (filter: Filter = {}) => (await all(filter)).map(toJsonl)
    const check = (text: readonly string[], options = {}) => verifyExport(of(text), options)

    it('holds every entry as it was stored, with its place in the chain', async () => {
      const parsed = (await lines()).map((line) => JSON.parse(line))
      expect(parsed.map(({ user }) => user).filter((_, index) => index % 2 === 0)).toEqual(HOSTILE)
      expect(parsed[0]).toMatchObject({ seq: 1, prev: '0'.repeat(64), hash: parsed[1]?.prev })
    })

    it('can be verified by somebody who has nothing else', async () => {
      const text = await lines()
      const { hash } = JSON.parse(text.at(-1) ?? '')
      expect(await check(text)).toMatchObject({ entries: 20, head: { seq: 20, hash } })
      expect(await check([...text.slice(4), ''], { noted: { seq: 20, hash } })).not.toHaveProperty('broken')
      expect((await check(text.slice(0, 9), { noted: { seq: 20, hash } })).broken?.seq).toBe(20)
    })

    it('shows what was changed, deleted, doubled or put in another order', async () => {
      const text = await lines()
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(19), { minLength: 2, maxLength: 12 }), async (order) => {
          const isRun = order.every((line, index) => line === (order[0] ?? 0) + index)
          const { broken } = await check(order.map((index) => text[index] ?? ''))
          expect(broken === undefined).toBe(isRun)
        }),
      )
      for (const [index, line] of text.entries()) {
        const changed = text.with(index, line.replace('"ms":', '"ms":1'))
        expect((await check(changed)).broken).toEqual({ seq: index + 1, what: 'was changed' })
      }
    })

    it('made with a filter has gaps, which are allowed when they are expected', async () => {
      const text = await lines({ tool: 'odd' })
      expect((await check(text)).broken).toEqual({ seq: 4, what: 'is missing' })
      expect(await check(text, { hasGaps: true })).toMatchObject({ entries: 5, head: { seq: 19 } })
      expect((await check(text.toReversed(), { hasGaps: true })).broken?.what).toContain('wrong place')
    })
  })

  describe('as CSV', () => {
    it('gives every value back to a reader of RFC 4180', async () => {
      const found = await all()
      const [header, ...rows] = parseCsv(CSV_HEADER + found.map(toCsv).join(''))
      expect(rows).toHaveLength(20)
      for (const [index, { entry, hash }] of found.entries()) {
        const row = Object.fromEntries((header ?? []).map((name, column) => [name, rows[index]?.[column]]))
        expect(row.user?.replace(/^'/, '')).toBe(entry.user)
        expect(JSON.parse(row.args ?? '')).toEqual(entry.args)
        expect(row).toMatchObject({
          seq: String(entry.seq),
          at: entry.at,
          ms: String(entry.ms),
          replayed: '',
          hash,
        })
      }
    })

    it('gives a spreadsheet nothing to run', async () => {
      const [, ...rows] = parseCsv(CSV_HEADER + (await all()).map(toCsv).join(''))
      for (const cell of rows.flat()) expect(cell).not.toMatch(/^[\s]*[=+\-@＝＋－＠\t\r]/)
    })
  })
})

async function* of(lines: readonly string[]) {
  yield* lines
}

/** RFC 4180: quoted or bare cells, each with what ends it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, bare = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare)
    if (end !== ',') rows.push([])
  }
  return rows.slice(0, -1)
}
