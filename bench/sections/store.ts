import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface StoreResult {
  /** µs of one point read, a value per round; the members of a round were measured within seconds. */
  readonly reads: readonly {
    readonly sqlite: number
    readonly postgres: number
    /** The bare `pg` driver, with the same statement on the same server. */
    readonly driver: number
  }[]
  /** What a start with a SQLite file that is there pays, each in a fresh process. */
  readonly starts: readonly { readonly ms: number; readonly cpuMs: number }[]
}

const SERVERS = join(import.meta.dirname, '..', 'dist', 'bench', 'servers')

export function measureStore(rounds: number, say: (line: string) => void): StoreResult {
  say(`store: ${rounds} rounds`)
  const reads = JSON.parse(run('store-load.js', String(rounds)))
  const folder = mkdtempSync(join(tmpdir(), 'mostik-bench-'))
  // The first makes the file, the second what is compiled.
  const starts = Array.from({ length: rounds + 2 }, () => JSON.parse(run('store-start.js', folder)))
  rmSync(folder, { recursive: true })
  return { reads, starts: starts.slice(2) }
}

function run(file: string, word: string): string {
  return execFileSync(process.execPath, [join(SERVERS, file), word], { encoding: 'utf8' })
}
