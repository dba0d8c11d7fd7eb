import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

export interface JournalPair {
  /** µs of CPU per call. */
  readonly without: number
  readonly with: number
}

const LOAD = join(import.meta.dirname, '..', 'dist', 'bench', 'servers', 'journal-load.js')

/** The same calls with and without the journal, in turn, in a process of their own; its threads may use both CPUs. */
export function measureJournal(rounds: number, say: (line: string) => void): JournalPair[] {
  say(`journal: ${rounds} pairs`)
  const text = execFileSync(process.execPath, [LOAD, String(rounds)], { encoding: 'utf8' })
  return JSON.parse(text).pairs
}
