import { parseArgs } from 'node:util'
import { FLOOR, MOSTIK, SDK, type Wire } from './contenders.ts'
import type { AuthPlan } from './sections/auth.ts'
import type { CallsPlan, Cell } from './sections/calls.ts'
import type { IdlePlan } from './sections/idle.ts'

export const SECTIONS = ['calls', 'tools', 'idle', 'cold', 'journal', 'store', 'auth'] as const
export type Section = (typeof SECTIONS)[number]

export interface Plan {
  readonly isQuick: boolean
  readonly sections: readonly Section[]
  /** Where the raw results go as JSON. */
  readonly out: string | undefined
  /** `tools/call` with 3 tools, by concurrency. */
  readonly calls: CallsPlan
  /** `tools/list` with 36 tools, and `tools/call` with 3 and with 36. */
  readonly tools: CallsPlan
  readonly idle: IdlePlan
  readonly coldRuns: number
  /** Pairs of a second with and a second without the journal. */
  readonly journalPairs: number
  /** Rounds of reads, and starts. */
  readonly storeRounds: number
  readonly auth: AuthPlan
}

const ALL_WIRES: readonly Wire[] = ['session', 'stateless', 'sse']
const FEW = 3
const MANY = 36

/** @throws TypeError for an option that does not exist */
export function readPlan(words: readonly string[]): Plan {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      out: { type: 'string' },
    },
  })
  const { quick } = values
  const wanted = values.only?.split(',') ?? SECTIONS
  const rhythm = quick
    ? { passes: 1, roundsPerPass: 3, warmMs: 100, runMs: 350, jitMs: 800, maxSessionProcesses: 0 }
    : { passes: 3, roundsPerPass: 2, warmMs: 300, runMs: 1_500, jitMs: 2_000, maxSessionProcesses: 16 }
  const narrowed = quick && { servers: [FLOOR, ...Object.values(SDK), MOSTIK] }
  return {
    isQuick: quick,
    sections: SECTIONS.filter((section) => wanted.includes(section)),
    out: values.out,
    calls: { ...rhythm, cells: callCells(quick ? [1, 16] : [1, 16, 64]) },
    tools: { ...rhythm, ...narrowed, maxSessionProcesses: 0, cells: toolCells() },
    idle: { passes: quick ? 1 : 3, first: 1_000, count: 4_000, ...narrowed },
    coldRuns: quick ? 2 : 9,
    journalPairs: quick ? 7 : 31,
    storeRounds: quick ? 7 : 31,
    auth: quick
      ? { rounds: 5, warmMs: 100, runMs: 400, jitMs: 1_000, people: 1_000 }
      : { rounds: 15, warmMs: 300, runMs: 1_000, jitMs: 2_000, people: 1_000 },
  }
}

function callCells(concurrencies: readonly number[]): Cell[] {
  return ALL_WIRES.flatMap((wire) =>
    concurrencies.map((concurrency): Cell => ({ wire, method: 'tools/call', tools: FEW, concurrency })),
  )
}

function toolCells(): Cell[] {
  return (['session', 'stateless'] as const).flatMap((wire): Cell[] => [
    { wire, method: 'tools/list', tools: MANY, concurrency: 16 },
    { wire, method: 'tools/call', tools: FEW, concurrency: 16 },
    { wire, method: 'tools/call', tools: MANY, concurrency: 16 },
  ])
}
