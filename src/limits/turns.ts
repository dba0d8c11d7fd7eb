import { type Clock, systemClock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { OpenTurn, Turn } from '../kernel/turn.ts'
import { createTurnLeases } from './turn-lease.ts'
import { createTurnLine, OWN_LEASE } from './turn-line.ts'
import type { TurnStore } from './turn-store.ts'

interface Settings {
  /** The turns of all replicas; without it those of this process alone. */
  readonly shared?: TurnStore | undefined
  /** A process that is killed in the middle of a step holds the others up for so long at most. */
  readonly leaseMs?: number | undefined
  /** How long a step waits while other replicas have the turn. */
  readonly patienceMs?: number
  readonly clock?: Clock
  readonly log: Log
}

/** The turns of the upstreams' accounts: in one process first come first served, between processes by lease. */
export function createTurns(settings: Settings): OpenTurn {
  const { shared, leaseMs = 10_000, patienceMs = 30_000, clock = systemClock, log } = settings
  const leases = shared && createTurnLeases({ store: shared, leaseMs, clock, log })
  const lines = new Map<string, Turn>()

  return (name) => {
    const known = lines.get(name)
    if (known !== undefined) return known
    const take = async () => (leases === undefined ? OWN_LEASE : leases.take(name))
    const line = createTurnLine({ take, patienceMs })
    lines.set(name, line)
    return line
  }
}
