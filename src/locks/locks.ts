import { type Clock, systemClock } from '../kernel/clock.ts'
import type { Lock, OpenLock } from '../kernel/lock.ts'
import type { Log } from '../kernel/log.ts'
import { createLockLeases } from './lock-lease.ts'
import { createLockLine, OWN_LEASE } from './lock-line.ts'
import type { LockStore } from './lock-store.ts'

interface Settings {
  /** The locks of all replicas; without it those of this process alone. */
  readonly shared?: LockStore | undefined
  /** A process that is killed in the middle of a step holds the others up for so long at most. */
  readonly leaseMs?: number | undefined
  /** How long a step waits while other replicas have the lock. */
  readonly patienceMs?: number
  readonly clock?: Clock
  readonly log: Log
}

/** The locks of the upstreams' accounts: in one process first come first served, between processes by lease. */
export function createLocks(settings: Settings): OpenLock {
  const { shared, leaseMs = 10_000, patienceMs = 30_000, clock = systemClock, log } = settings
  const leases = shared && createLockLeases({ store: shared, leaseMs, clock, log })
  const lines = new Map<string, Lock>()

  return (name) => {
    const known = lines.get(name)
    if (known !== undefined) return known
    const take = async () => (leases === undefined ? OWN_LEASE : leases.take(name))
    const line = createLockLine({ take, patienceMs })
    lines.set(name, line)
    return line
  }
}
