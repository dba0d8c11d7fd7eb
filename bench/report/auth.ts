import type { LoopResult } from '../load/closed-loop.ts'
import type { AuthResult } from '../sections/auth.ts'
import { median, pairedRatio } from '../statistics.ts'
import { shown, table, times } from './table.ts'

/** What an authenticated call may cost, of the same call without. */
const GOAL_RATIO = 1.25
const GOAL_MEGABYTES = 150
/** What a call may take longer while passwords are guessed: the passwords wait, and not the calls. */
const GOAL_LATENCY = 1.5

export function authReport({ calls, signIns, people }: AuthResult): string {
  const cpu = (rounds: readonly LoopResult[]) => rounds.map(({ cpuMicros }) => cpuMicros)
  const costs = calls.flatMap(({ engine, open, oauth, personal }) =>
    (
      [
        ['OAuth', oauth],
        ['personal', personal],
      ] as const
    ).map(([kind, rounds]) => {
      const ratio = pairedRatio(cpu(rounds), cpu(open))
      return line(
        `call by ${kind} token, ${engine}: at most ${GOAL_RATIO}× the same without auth`,
        `${times(ratio)}: ${shown(median(cpu(rounds)))} of ${shown(median(cpu(open)))} µs of CPU`,
        ratio <= GOAL_RATIO,
      )
    }),
  )
  const latency = (of: 'p50Ms' | 'p99Ms') =>
    pairedRatio(
      signIns.map(({ hammered }) => hammered[of]),
      signIns.map(({ quiet }) => quiet[of]),
    )
  const [usual, worst] = [latency('p50Ms'), latency('p99Ms')]
  const megabytes = people.rssBytes / 1024 / 1024
  return table(
    ['goal for tokens and people', 'measured', 'met'],
    [
      ...costs,
      line(
        `one call at a time while passwords are guessed: at most ${GOAL_LATENCY}× its time alone`,
        `${times(usual)} in the middle (${shown(median(signIns.map(({ hammered }) => hammered.p50Ms)))} ms), ${times(worst)} for the slowest hundredth; ${shown(median(signIns.map(({ guesses }) => guesses)))} guesses answered a round`,
        usual <= GOAL_LATENCY,
      ),
      line(
        `${people.count} people with an account and a program each: at most ${GOAL_MEGABYTES} MB`,
        `${shown(megabytes)} MB RSS, ${shown(people.heapBytes / 1024 / 1024)} MB of heap; ${shown(people.emptyRssBytes / 1024 / 1024)} MB RSS without them`,
        megabytes <= GOAL_MEGABYTES,
      ),
    ],
  )
}

const line = (goal: string, measured: string, isMet: boolean) => [goal, measured, isMet ? 'yes' : '**no**']
