import { FLOOR, SDK, titleOf, WIRES } from '../contenders.ts'
import type { LoopResult } from '../load/closed-loop.ts'
import type { Cell, Row } from '../sections/calls.ts'
import { median, pairedRatio } from '../statistics.ts'
import { shown, table, times } from './table.ts'

const HEADS = ['server', 'CPU µs/call', '× floor', '× SDK', 'calls/s', 'p50 ms', 'p99 ms', 'answer bytes']

export function callsReport(rows: readonly Row[]): string {
  const cells = new Map(rows.map((row) => [JSON.stringify(cellOf(row)), cellOf(row)]))
  return [...cells.values()]
    .map(
      (cell) =>
        `${headingOf(cell)}\n\n${table(
          HEADS,
          rowsOf(rows, cell).map((row) => line(rows, row)),
        )}`,
    )
    .join('\n\n')
}

export function rowOf(rows: readonly Row[], cell: Cell, server: string): Row | undefined {
  return rowsOf(rows, cell).find((row) => row.server === server)
}

export function cpuMicros(row: Row | undefined): number[] {
  return row?.rounds.map((round) => round.cpuMicros) ?? []
}

function headingOf({ wire, method, tools, concurrency }: Cell): string {
  return `### ${method}, ${tools} tools, ${concurrency} at once · ${WIRES[wire]}`
}

export function cellOf({ wire, method, tools, concurrency }: Cell): Cell {
  return { wire, method, tools, concurrency }
}

function rowsOf(rows: readonly Row[], cell: Cell): Row[] {
  return rows.filter((row) => JSON.stringify(cellOf(row)) === JSON.stringify(cell))
}

function line(rows: readonly Row[], row: Row): string[] {
  const name = titleOf(row.server)
  if (row.rounds.length === 0)
    return [name, row.failure === undefined ? 'left out' : 'failed', ...HEADS.slice(2).map(() => '–')]
  const middle = (pick: (round: LoopResult) => number) => median(row.rounds.map(pick))
  const against = (server: string) =>
    times(pairedRatio(cpuMicros(row), cpuMicros(rowOf(rows, cellOf(row), server))))
  const foreign = middle(({ foreignPerCall }) => foreignPerCall)
  return [
    foreign > 0 ? `${name} (${shown(foreign)} answers per call go to other clients)` : name,
    shown(middle((round) => round.cpuMicros)),
    against(FLOOR),
    against(SDK[row.wire]),
    shown(middle(({ callsPerSecond }) => callsPerSecond)),
    shown(middle(({ p50Ms }) => p50Ms)),
    shown(middle(({ p99Ms }) => p99Ms)),
    shown(middle(({ answerBytes }) => answerBytes)),
  ]
}
