import type { Priority } from '../kernel/queue.ts'

/** The times at which calls may go, given out by name: here to one process, in the store to all replicas. */
export interface Slots {
  reserve(ask: Ask): Promise<Slot>
  /** Nothing is given out under this name for so long. */
  hold(name: string, ms: number): Promise<void>
}

export interface Ask {
  readonly name: string
  /** From one slot to the next. */
  readonly spacingMs: number
  readonly priority: Priority
  /** How long ago the asker last used a slot, so that one used late does not come too close to the next. */
  readonly idleMs: number
}

export interface Slot {
  /** The slot is the asker's; otherwise nothing was taken, and it is worth asking again after `waitMs`. */
  readonly granted: boolean
  readonly waitMs: number
}
