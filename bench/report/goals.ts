import { FLOOR, MOSTIK, SDK } from '../contenders.ts'
import type { Cell, Row } from '../sections/calls.ts'
import type { ColdRow } from '../sections/cold-start.ts'
import type { IdleRow } from '../sections/idle.ts'
import { median, pairedRatio } from '../statistics.ts'
import { cellOf, cpuMicros, rowOf } from './calls.ts'
import { shown, table, times } from './table.ts'

/** What the project asks of itself, each with what was measured. */
export function goalsReport(
  calls: readonly Row[],
  tools: readonly Row[],
  idle: readonly IdleRow[],
  cold: readonly ColdRow[],
): string {
  const goals = [
    ...calls.filter(({ server }) => server === MOSTIK).map((row) => notSlower(calls, row)),
    ...tools
      .filter(({ server, tools: count }) => server === MOSTIK && count > 3)
      .map((row) => notSlower(tools, row)),
    ...cold.filter(({ server }) => server === MOSTIK).map((row) => coldGoal(cold, row)),
    ...tools
      .filter(({ server, method }) => server === MOSTIK && method === 'tools/list')
      .map((row) => listGoal(tools, row)),
    ...tools
      .filter(
        ({ server, method, tools: count }) => server === MOSTIK && method === 'tools/call' && count === 3,
      )
      .map((row) => manyToolsGoal(tools, row)),
    ...idle.filter(({ server, what }) => server === MOSTIK && what !== 'sessions').map(streamGoal),
  ]
  const lines = goals.map(({ goal, measured, isMet }) => [goal, measured, isMet ? 'yes' : '**no**'])
  return table(['goal for Mostik', 'measured', 'met'], lines)
}

interface Goal {
  readonly goal: string
  readonly measured: string
  readonly isMet: boolean
}

/** Two measurements of one server differ by this much. */
const NOISE = 1.1

function notSlower(rows: readonly Row[], row: Row): Goal {
  const cell = cellOf(row)
  const sdk = pairedRatio(cpuMicros(row), cpuMicros(rowOf(rows, cell, SDK[cell.wire])))
  const floor = pairedRatio(cpuMicros(row), cpuMicros(rowOf(rows, cell, FLOOR)))
  return {
    goal: `${nameOf(cell)}: at most the CPU of the SDK alone`,
    measured: `${times(sdk)} the SDK, ${times(floor)} the floor`,
    isMet: sdk <= 1,
  }
}

function listGoal(rows: readonly Row[], row: Row): Goal {
  const cell = cellOf(row)
  const gain = pairedRatio(cpuMicros(rowOf(rows, cell, SDK[cell.wire])), cpuMicros(row))
  return {
    goal: `${nameOf(cell)}: 10× less CPU than the SDK`,
    measured: `${times(gain)} less`,
    isMet: gain >= 10,
  }
}

function manyToolsGoal(rows: readonly Row[], row: Row): Goal {
  const many = rowOf(rows, { ...cellOf(row), tools: 36 }, MOSTIK)
  const ratio = pairedRatio(cpuMicros(many), cpuMicros(row))
  return {
    goal: `tools/call, ${row.wire}: no dearer with 36 tools than with 3`,
    measured: `${times(ratio)} the CPU`,
    isMet: ratio <= NOISE,
  }
}

function coldGoal(rows: readonly ColdRow[], row: ColdRow): Goal {
  const sdk = rows.find(({ server, wire }) => server === SDK[row.wire] && wire === row.wire)
  const ratio = pairedRatio(row.ms, sdk?.ms ?? [])
  return {
    goal: `cold start, ${row.wire}: at most the time of the SDK alone`,
    measured: times(ratio),
    isMet: ratio <= 1,
  }
}

function streamGoal({ what, rssBytes }: IdleRow): Goal {
  const kilobytes = median(rssBytes) / 1024
  return {
    goal: `idle ${what}: at most 20 KB RSS each`,
    measured: `${shown(kilobytes)} KB`,
    isMet: kilobytes <= 20,
  }
}

function nameOf({ wire, method, tools, concurrency }: Cell): string {
  return `${method}, ${tools} tools, ${concurrency} at once, ${wire}`
}
