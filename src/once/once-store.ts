/**
 * What is written down of calls. All times are Unix ms by the one clock that every process of this store goes by; a
 * hold is a promise of its holder to be dead or done when it ends. Every statement is atomic by itself.
 */
export interface OnceStore {
  /**
   * Writes down that a call begins, to survive a power loss; gives when it began, or nothing when one of this id is
   * there already.
   */
  begin(call: NewCall, hold: Hold): Promise<number | undefined>
  look(id: string): Promise<Seen | undefined>
  /** Takes over a call that nobody holds, if it still is as it was seen. It keeps the time when it first began. */
  claim(seen: Seen, hold: Hold): Promise<boolean>
  /** Whether another call of the same tool, account and arguments was alive since `since`. */
  hasTwin(seen: Seen, since: number): Promise<boolean>
  /** Makes these holds last `leaseMs` from now; gives the holders whose hold was not over. */
  extend(holders: readonly string[], leaseMs: number): Promise<readonly string[]>
  /** The call has made its change and its answer is kept for `keepMs`; false when it is not this holder's any more. */
  finish(held: HeldCall, keepMs: number): Promise<boolean>
  /** The call has surely made no change, so that the next one of this id begins anew. */
  release(held: HeldCall): Promise<void>
  /** The calls may have made their changes; nobody holds them any more, and their drafts are never given. */
  doubt(holders: readonly string[]): Promise<void>
  /**
   * A hold that ends later than `leaseMs` from now was written before the clock was set back: it ends then. Its holder,
   * if it lives, makes it last in time, so that nothing is taken from it.
   */
  shorten(leaseMs: number): Promise<void>
  /** Calls whose holder died become doubtful; their drafts, each given once. */
  abandon(): Promise<readonly string[]>
  /** Calls whose time is over, so that they and their answers can go; some of them. */
  expired(): Promise<readonly Past[]>
  forget(past: Past): Promise<void>
}

export interface NewCall {
  readonly id: string
  readonly owner: string
  readonly tool: string
  readonly account: string
  readonly digest: string
  /** How long it is remembered when nothing more is heard of it. */
  readonly keepMs: number
}

export interface Hold {
  /** Never the same twice. */
  readonly holder: string
  readonly leaseMs: number
  readonly draft: string
}

export interface HeldCall {
  readonly id: string
  readonly holder: string
}

/** A call of an id; the same id may begin again later, and is then known by `startedAt`. */
export interface Past {
  readonly id: string
  readonly owner: string
  readonly startedAt: number
}

/** What stood there at `now`. */
export interface Seen extends NewestCall {
  readonly now: number
}

interface NewestCall extends Past {
  readonly tool: string
  readonly account: string
  readonly digest: string
  readonly state: 'running' | 'unverified' | 'done'
  readonly holder: string
  /** While it runs, when the hold ends; then, when the holder was last heard of. */
  readonly aliveUntil: number
  readonly expiresAt: number
  readonly draft: string
}
