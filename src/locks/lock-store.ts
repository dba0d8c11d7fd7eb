/** Who has the locks of all replicas, by name. The time is that of the store. */
export interface LockStore {
  /** False when somebody else has it; who has it already gets it again. */
  take(name: string, holder: string, leaseMs: number): Promise<boolean>
  /** False when it is not the holder's any more. One whose time is over, and that nobody took, still is. */
  extend(name: string, holder: string, leaseMs: number): Promise<boolean>
  /** Does nothing when somebody else has it. */
  give(name: string, holder: string): Promise<void>
}
