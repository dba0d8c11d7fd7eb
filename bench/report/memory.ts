import { titleOf, WIRES } from '../contenders.ts'
import type { ColdRow } from '../sections/cold-start.ts'
import type { IdleRow } from '../sections/idle.ts'
import { median } from '../statistics.ts'
import { shown, table } from './table.ts'

const KIND: Readonly<Record<IdleRow['what'], string>> = {
  sessions: 'one idle session (2025-11-25)',
  'session streams': 'one idle GET stream on an idle session (2025-11-25), without the session',
  streams: 'one idle HTTP+SSE stream (2024-11-05)',
}

export function idleReport(rows: readonly IdleRow[]): string {
  return (Object.keys(KIND) as IdleRow['what'][])
    .map((what) => {
      const own = rows.filter((row) => row.what === what)
      const heads = ['server', 'RSS KB', 'heap KB', 'CPU µs to open', 'processes']
      return `### ${KIND[what]}\n\n${table(heads, own.map(idleLine))}`
    })
    .join('\n\n')
}

export function coldReport(rows: readonly ColdRow[]): string {
  const heads = ['server', 'wire', 'ms (least to most)', 'CPU ms', 'RSS MB', 'processes']
  return table(heads, rows.map(coldLine))
}

function idleLine({ server, rssBytes, heapBytes, cpuMicros, processes, failure }: IdleRow): string[] {
  if (failure !== undefined && rssBytes.length === 0) return [titleOf(server), 'failed', '–', '–', '–']
  return [
    titleOf(server),
    shown(median(rssBytes) / 1024),
    shown(median(heapBytes) / 1024),
    shown(median(cpuMicros)),
    shown(median(processes)),
  ]
}

function coldLine({ server, wire, ms, cpuMs, rssBytes, processes, failure }: ColdRow): string[] {
  const range = `${shown(median(ms))} (${shown(Math.min(...ms))} to ${shown(Math.max(...ms))})`
  return [
    titleOf(server),
    WIRES[wire].slice(0, 10),
    failure ?? range,
    shown(median(cpuMs)),
    shown(median(rssBytes) / 1024 / 1024),
    String(processes),
  ]
}
