import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLog } from '../kernel/log.ts'
import { createJournalStore } from '../store/journal-store.ts'
import { openStore, type Store } from '../store/store.ts'
import { createJournal } from './journal.ts'
import type { JournalStore } from './journal-store.ts'
import { startRetention } from './retention.ts'
import { call, OK } from './testing/calls.ts'
import { verifyChain } from './verify.ts'

const DAY_MS = 86_400_000
let store: Store
let journal: JournalStore
let now = 0
const clock = { now: () => now }

beforeEach(async () => {
  store = await openStore({ log: silentLog })
  journal = createJournalStore(store, clock)
  const writer = createJournal({ store: journal, clock, log: silentLog })
  for (let day = 0; day < 40; day += 1) {
    now = day * DAY_MS
    writer.record(call(), OK)
    await writer.flushed()
  }
  await writer.close(1_000)
})
afterEach(() => store.close())

it('keeps the entries of the last days, and a whole chain', async () => {
  const retention = startRetention({ store: journal, clock, log: silentLog, days: 30 })
  await retention.sweep()
  await retention.close()
  expect(await verifyChain(journal)).toMatchObject({ entries: 31, from: { seq: 9 }, head: { seq: 40 } })
})

it('keeps everything that is young enough', async () => {
  const retention = startRetention({ store: journal, clock, log: silentLog, days: 365 })
  await retention.sweep()
  await retention.close()
  expect(await verifyChain(journal)).toMatchObject({ entries: 40 })
})

it('goes to work by itself', async () => {
  const retention = startRetention({
    store: journal,
    clock,
    log: silentLog,
    days: 10,
    firstMs: 1,
    everyMs: 60_000,
  })
  await expect.poll(() => journal.anchor()).toMatchObject({ seq: 29 })
  await retention.close()
})

it('tells the log when it cannot, and tries again the next time', async () => {
  const events: string[] = []
  const log = { ...silentLog, warn: (_: object, event: string) => events.push(event) }
  const retention = startRetention({ store: journal, clock, log, days: 30 })
  const db = await store.db()
  await db.schema.alterTable('journal').renameTo('away').execute()
  await retention.sweep()
  expect(events).toEqual(['journal cannot be pruned'])
  await db.schema.alterTable('away').renameTo('journal').execute()
  await retention.sweep()
  await retention.close()
  expect(await verifyChain(journal)).toMatchObject({ entries: 31 })
})
