import type { StoreResult } from '../sections/store.ts'
import { median, pairedRatio } from '../statistics.ts'
import { shown, table, times } from './table.ts'

export function storeReport({ reads, starts }: StoreResult): string {
  const sqlite = median(reads.map((round) => round.sqlite)) / 1_000
  const postgres = reads.map((round) => round.postgres)
  const driver = reads.map((round) => round.driver)
  const ratio = pairedRatio(postgres, driver)
  const start = median(starts.map(({ ms }) => ms))
  const startCpu = median(starts.map(({ cpuMs }) => cpuMs))
  const line = (goal: string, measured: string, isMet: boolean) => [goal, measured, isMet ? 'yes' : '**no**']
  return table(
    ['goal for the store', 'measured', 'met'],
    [
      line('point read on SQLite: at most 0.05 ms', `${sqlite.toFixed(3)} ms`, sqlite <= 0.05),
      line(
        'point read on PostgreSQL: at most 1.2× the bare driver',
        `${times(ratio)} of ${shown(median(driver) / 1_000, ' ms')}`,
        ratio <= 1.2,
      ),
      line(
        'start with a SQLite file that is there: at most 30 ms more',
        `${shown(start)} ms, ${shown(startCpu)} ms of CPU`,
        start <= 30,
      ),
    ],
  )
}
