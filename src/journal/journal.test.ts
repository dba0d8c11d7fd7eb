import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Log, silentLog } from '../kernel/log.ts'
import { createJournalStore } from '../store/journal-store.ts'
import type { Store } from '../store/store.ts'
import { engines, type Opened } from '../store/testing/engines.ts'
import { createJournal, type Journal, type JournalOptions } from './journal.ts'
import type { JournalStore } from './journal-store.ts'
import { search } from './search.ts'
import { call, collect, OK } from './testing/calls.ts'
import { verifyChain } from './verify.ts'

interface Line {
  readonly event: string
  readonly fields: object
}

function listeningLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = []
  const keep = (fields: object, event: string) => {
    lines.push({ fields, event })
  }
  return { lines, info: keep, warn: keep, error: keep }
}

async function tools(store: JournalStore): Promise<string[]> {
  return (await collect(search(store, {}, () => {}))).map(({ entry }) => entry.tool)
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `tool ${from + index}`)

/** Takes the table away, and brings it back: every statement about it fails meanwhile. */
async function withoutTable<T>(store: Store, work: () => Promise<T>): Promise<T> {
  const db = await store.db()
  await db.schema.alterTable('journal').renameTo('journal_away').execute()
  const result = await work()
  await db.schema.alterTable('journal_away').renameTo('journal').execute()
  return result
}

describe.each(engines)('the journal of a process on $name', (engine) => {
  let opened: Opened
  let store: JournalStore
  const made: Journal[] = []

  beforeEach(async () => {
    opened = await engine.open()
    store = createJournalStore(opened.store, { now: Date.now })
  })
  afterEach(async () => {
    for (const journal of made.splice(0)) await journal.close(1_000)
    await opened.store.close()
  })

  function open(options: Partial<JournalOptions> = {}): Journal {
    const journal = createJournal({ store, clock: { now: Date.now }, log: silentLog, ...options })
    made.push(journal)
    return journal
  }

  it('writes one entry per call, with its members in their order', async () => {
    const journal = open({ clock: { now: () => Date.UTC(2026, 10, 20, 10, 0, 0, 7) } })
    journal.record(call({ started: Date.UTC(2026, 10, 20, 10, 0, 0, 0), user: 'Анна "А"' }), OK)
    journal.record(call({ account: '', access: 'write' }), {
      decision: 'refused',
      outcome: 'not_allowed',
      bytesOut: 0,
    })
    journal.record(call(), { ...OK, replayed: true, incident: 'b2b1' })
    await journal.flushed()
    const [first, second, third] = (await collect(search(store, {}, () => {}))).map(({ line }) => line)
    const [, by = ''] = /"by":"([0-9a-f]{8})"/.exec(first ?? '') ?? []
    expect(first).toBe(
      `{"seq":1,"at":"2026-11-20T10:00:00.007Z","by":"${by}","user":"Анна \\"А\\"","client":"chatgpt","tool":"amocrm_search_contacts","account":"stroydom","access":"read","decision":"allowed","outcome":"ok","ms":7,"in":40,"out":2048,"args":{"query":"text(7)","limit":"number"}}`,
    )
    expect(second).toContain('"account":"","access":"write","decision":"refused","outcome":"not_allowed"')
    expect(third).toMatch(/"replayed":true,"incident":"b2b1"}$/)
  })

  it('never writes a line that a clock set back or a hostile name has spoiled', async () => {
    const journal = open({ clock: { now: () => 0 } })
    const user = `${'\u0000\n"\\\ud800'.repeat(60)}end`
    journal.record(call({ user, client: user, account: user, started: 99_999, bytesIn: Number.NaN }), {
      ...OK,
      bytesOut: -1,
    })
    await journal.flushed()
    const [found] = await collect(search(store, {}, () => {}))
    expect(found?.entry).toMatchObject({ at: '1970-01-01T00:00:00.000Z', ms: 0, in: 0, out: 0 })
    expect(found?.entry.user).toHaveLength(200)
    expect(await verifyChain(store)).not.toHaveProperty('broken')
  })

  it('stores entries in the order they came, many to a row', async () => {
    const journal = open()
    const names = numbered(1, 1_000)
    for (const tool of names) journal.record(call({ tool }), OK)
    await journal.flushed()
    expect(await tools(store)).toEqual(names)
    expect((await store.page({ most: 100 })).length).toBeLessThan(10)
    expect(await verifyChain(store)).toMatchObject({ entries: 1_000 })
  })

  it('stores without being asked', async () => {
    open({ flushMs: 1 }).record(call(), OK)
    await expect.poll(() => tools(store)).toHaveLength(1)
  })

  it('goes on where the process before it has ended', async () => {
    for (const range of [numbered(1, 3), numbered(4, 5)]) {
      const journal = open()
      for (const tool of range) journal.record(call({ tool }), OK)
      await journal.close(5_000)
    }
    expect(await tools(store)).toEqual(numbered(1, 5))
    expect(await verifyChain(store)).toMatchObject({ entries: 5 })
  })

  it('makes one chain with another process that writes at the same time', async () => {
    const again = await opened.again()
    try {
      const other = open({ store: createJournalStore(again, { now: Date.now }), flushMs: 1 })
      const own = open({ flushMs: 1 })
      for (let round = 0; round < 50; round += 1) {
        for (const [index, journal] of [own, other].entries()) {
          for (let turn = 0; turn < 3; turn += 1) {
            journal.record(call({ user: `user ${index}`, tool: `tool ${round * 3 + turn}` }), OK)
          }
        }
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      await Promise.all([own.flushed(), other.flushed()])
      const verdict = await verifyChain(store)
      expect(verdict).toMatchObject({ entries: 300 })
      expect(verdict).not.toHaveProperty('broken')
      for (const user of ['user 0', 'user 1']) {
        const found = (await collect(search(store, { user }, () => {}))).map(({ entry }) => entry.tool)
        expect(found).toEqual(numbered(0, 149))
      }
    } finally {
      for (const journal of made.splice(0)) await journal.close(1_000)
      await again.close()
    }
  })

  it('keeps what it cannot store, and stores it in order when it can again', async () => {
    const log = listeningLog()
    const journal = open({ log })
    journal.record(call({ tool: 'tool 1' }), OK)
    await journal.flushed()
    await withoutTable(opened.store, async () => {
      for (const tool of numbered(2, 600)) journal.record(call({ tool }), OK)
      await expect.poll(() => log.lines.length).toBe(1)
    })
    journal.record(call({ tool: 'tool 601' }), OK)
    await journal.flushed()
    expect(await tools(store)).toEqual(numbered(1, 601))
    expect(log.lines.map(({ event }) => event)).toEqual([
      'journal cannot be written',
      'journal is written again',
    ])
  })

  it('adds an entry once, though the answer to the first attempt was lost', async () => {
    let losses = 0
    const lossy: JournalStore = {
      ...store,
      async append(batch) {
        const isStored = await store.append(batch)
        losses += 1
        if (losses % 2 === 1) throw new Error('connection lost after the commit')
        return isStored
      },
    }
    const journal = open({ store: lossy })
    journal.record(call({ tool: 'tool 1' }), OK)
    await expect.poll(() => losses).toBe(1)
    for (const tool of numbered(2, 400)) journal.record(call({ tool }), OK)
    await journal.flushed()
    expect(await tools(store)).toEqual(numbered(1, 400))
    expect(await verifyChain(store)).not.toHaveProperty('broken')
  })

  it('says when it is full, and gives what is beyond that to the log', async () => {
    const log = listeningLog()
    const journal = open({ log, most: 100 })
    await withoutTable(opened.store, async () => {
      for (const tool of numbered(1, 99)) journal.record(call({ tool }), OK)
      expect(journal.isFull()).toBe(false)
      journal.record(call({ tool: 'tool 100' }), OK)
      expect(journal.isFull()).toBe(true)
      for (const tool of numbered(101, 115)) journal.record(call({ tool }), OK)
      const overflow = log.lines.filter(({ event }) => event === 'journal entry is perhaps not stored')
      expect(overflow).toHaveLength(5)
      expect(JSON.parse(Object(overflow[0]?.fields).entry)).toMatchObject({ tool: 'tool 111' })
    })
    await journal.flushed()
    expect(journal.isFull()).toBe(false)
    expect(await tools(store)).toEqual(numbered(1, 110))
  })

  it('stores everything before it is closed', async () => {
    const journal = open({ flushMs: 60_000 })
    for (const tool of numbered(1, 700)) journal.record(call({ tool }), OK)
    await journal.close(10_000)
    expect(await tools(store)).toEqual(numbered(1, 700))
  })

  it('gives to the log what it cannot store before it must close, and what comes later', async () => {
    const log = listeningLog()
    const journal = open({ log })
    await withoutTable(opened.store, async () => {
      for (const tool of numbered(1, 3)) journal.record(call({ tool }), OK)
      const waits = expect(journal.flushed()).rejects.toThrow('closed')
      await journal.close(100)
      await waits
      journal.record(call({ tool: 'tool 4' }), OK)
    })
    const entries = log.lines.filter(({ event }) => event === 'journal entry is perhaps not stored')
    expect(entries.map(({ fields }) => JSON.parse(Object(fields).entry).tool)).toEqual(numbered(1, 4))
  })

  it('notices that stored entries are gone', async () => {
    const log = listeningLog()
    const [journal, other] = [open({ log }), open()]
    for (const tool of numbered(1, 3)) journal.record(call({ tool }), OK)
    await journal.flushed()
    await (await opened.store.db()).deleteFrom('journal').execute()
    other.record(call({ tool: 'other' }), OK)
    await other.flushed()
    journal.record(call({ tool: 'tool 4' }), OK)
    await journal.flushed()
    expect(log.lines).toEqual([
      { event: 'journal lost entries that were stored', fields: { known: 3, found: 1 } },
    ])
    expect(await tools(store)).toEqual(['other', 'tool 4'])
  })
})
