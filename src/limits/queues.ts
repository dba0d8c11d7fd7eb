import type { Log } from '../kernel/log.ts'
import type { OpenQueue, Queue } from '../kernel/queue.ts'
import { createLine } from './line.ts'
import { createOwnSlots } from './own-slots.ts'
import { createSafeSlots } from './safe-slots.ts'
import type { Slots } from './slots.ts'

interface Settings {
  /** The slots of all replicas; without them those of this process alone. */
  readonly shared?: Slots | undefined
  readonly log: Log
}

/** The lines before the upstreams. Who opens a name again sets its rate anew, for everybody in this process. */
export function createQueues({ shared, log }: Settings): OpenQueue {
  const now = () => performance.now()
  const slots = shared === undefined ? createOwnSlots(now) : createSafeSlots(shared, { log, now })
  const rates = new Map<string, number>()
  const lines = new Map<string, Queue>()

  return (name, requestsPerSecond) => {
    rates.set(name, requestsPerSecond)
    const known = lines.get(name)
    if (known !== undefined) return known
    const spacingMs = () => 1000 / (rates.get(name) ?? requestsPerSecond)
    const line = createLine({ name, slots, spacingMs, now })
    lines.set(name, line)
    return line
  }
}
