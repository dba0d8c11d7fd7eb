import { writeSync } from 'node:fs'
import { silentLog } from '../../kernel/log.ts'
import { createJournalStore } from '../../store/journal-store.ts'
import { openStore, type StoreOptions } from '../../store/store.ts'
import { createJournal } from '../journal.ts'
import { call, OK } from './calls.ts'

/**
 * A process that writes entries until it is killed, or has written `most`. On standard output, at once: `r N` when
 * entry N was recorded, and `s N` when everything up to N is said to be stored.
 */
const [name = '', options = '{}', most = 'Infinity'] = process.argv.slice(2)
const clock = { now: Date.now }
const store = await openStore({ ...(JSON.parse(options) as StoreOptions), log: silentLog })
await store.db()
const journal = createJournal({ store: createJournalStore(store, clock), clock, log: silentLog })

/** At once, so that nothing said is lost with the process; a full pipe is waited for. */
function say(line: string) {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
    }
  }
}

let recorded = 0
const timer = setInterval(() => {
  for (let turn = 0; turn < 5 && recorded < Number(most); turn += 1) {
    recorded += 1
    say(`r ${recorded}`)
    journal.record(call({ user: name, tool: String(recorded) }), OK)
  }
  if (recorded % 50 === 0) {
    const upTo = recorded
    void journal.flushed().then(() => say(`s ${upTo}`))
  }
  if (recorded === Number(most)) void end()
}, 1)

async function end() {
  clearInterval(timer)
  await journal.close(10_000)
  say(`s ${recorded}`)
  await store.close()
}
