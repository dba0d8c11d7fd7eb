// Calls at a steady rate, in turn with and without the product's journal on a real database; prints the CPU of each.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createJournal } from '../../src/journal/journal.ts'
import { redactionFor } from '../../src/journal/redact.ts'
import { systemClock as clock } from '../../src/kernel/clock.ts'
import { silentLog as log } from '../../src/kernel/log.ts'
import { createJournalStore } from '../../src/store/journal-store.ts'
import { openStore } from '../../src/store/store.ts'

const CALLS_PER_SECOND = 10_000
const ROUND_MS = 1_000
const [rounds = 10] = process.argv.slice(2).map(Number)

/** What a call of a tool does besides: it reads a request and writes an answer of a few kilobytes. */
const rows = Array.from({ length: 60 }, (_, id) => ({
  ref: `contact:${id}`,
  name: 'Мария Орлова',
  price: id * 100,
}))
const body = JSON.stringify({ rows })
const properties = { query: { type: 'string' }, limit: { type: 'integer' }, cursor: { type: 'string' } }
const redact = redactionFor({ type: 'object', properties })

const dataDir = mkdtempSync(join(tmpdir(), 'mostik-bench-'))
const store = await openStore({ dataDir, log })
const journal = createJournal({ store: createJournalStore(store, clock), clock, log })
let written = 0

function oneCall(hasJournal: boolean) {
  const started = clock.now()
  written += JSON.stringify(JSON.parse(body)).length
  if (!hasJournal) return
  const call = { user: 'owner', client: 'bench', tool: 'amocrm_search_contacts', account: 'bench', started }
  const args = redact({ query: 'Мария Орлова', limit: 10 })
  const end = { decision: 'allowed', outcome: 'ok', bytesOut: body.length } as const
  journal.record({ ...call, access: 'read', bytesIn: 40, args }, end)
}

/** CPU of the whole process, its checkpoint thread included, in µs per call. */
async function round(hasJournal: boolean): Promise<number> {
  const before = process.cpuUsage()
  const begun = performance.now()
  let calls = 0
  for (let at = 0; at < ROUND_MS; at = performance.now() - begun) {
    for (const due = (at / 1_000) * CALLS_PER_SECOND; calls < due; calls += 1) oneCall(hasJournal)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await journal.flushed()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}

const pairs: { without: number; with: number }[] = []
// The first pairs compile, and start the thread.
for (let turn = -3; turn < rounds; turn += 1) {
  const isFirst = turn % 2 === 0
  const one = await round(isFirst)
  const other = await round(!isFirst)
  if (turn >= 0) pairs.push(isFirst ? { with: one, without: other } : { with: other, without: one })
}
await journal.close(5_000)
await store.close()
rmSync(dataDir, { recursive: true })
process.stdout.write(JSON.stringify({ pairs, written }))
