import type { Clock } from '../kernel/clock.ts'
import type { Around } from '../kernel/connector.ts'
import type { Log } from '../kernel/log.ts'
import { createQueues } from '../limits/queues.ts'
import { createLocks } from '../locks/locks.ts'
import { createLockStore } from '../store/lock-store.ts'
import { createRateStore } from '../store/rate-store.ts'
import type { Kept } from './kept.ts'

/** What the accounts of upstreams are made with: their lines and their locks, shared by all who work on one store. */
export function openLink(
  { store }: Pick<Kept, 'store'>,
  { timing, clock, log }: { timing?: { readonly leaseMs: number } | undefined; clock: Clock; log: Log },
): Omit<Around, 'demo'> {
  const rates = store.engine === 'postgres' ? createRateStore(store) : undefined
  // Several processes may work on one file too, such as those of `mostik stdio`.
  const locks = store.engine === 'memory' ? undefined : createLockStore(store)
  // In the proportion of what both take by themselves.
  const leaseMs = timing && Math.ceil(timing.leaseMs / 3)
  return {
    clock,
    log,
    queue: createQueues({ shared: rates, log }),
    lock: createLocks({ shared: locks, leaseMs, clock, log }),
  }
}
