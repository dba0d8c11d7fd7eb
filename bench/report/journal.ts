import type { JournalPair } from '../sections/journal.ts'
import { median } from '../statistics.ts'
import { shown, table } from './table.ts'

/** µs of CPU per call that the journal may add. */
const GOAL = 5

/** The medians of a run, and of the differences within its pairs. */
export function journalReport(pairs: readonly JournalPair[]): string {
  const added = median(pairs.map((pair) => pair.with - pair.without))
  const row = [
    'SQLite, 10 000 calls a second',
    shown(median(pairs.map(({ without }) => without))),
    shown(median(pairs.map((pair) => pair.with))),
    shown(added),
    added <= GOAL ? 'yes' : '**no**',
  ]
  return table(['CPU µs/call', 'without journal', 'with', 'added', `at most ${GOAL}`], [row])
}
