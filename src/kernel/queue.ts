/** Whose turn comes first: a person waits for an interactive call, so it goes before background work. */
export type Priority = 'interactive' | 'background'

export interface Ticket {
  /** `interactive` unless told. */
  readonly priority?: Priority | undefined
  readonly signal?: AbortSignal | undefined
}

/** The line before an upstream that allows so many calls a second. */
export interface Queue {
  /**
   * Resolves when the call may be sent; rejects with the signal's reason when it is cancelled before that.
   * @throws AppError `rate_limited` when the wait would be longer than anybody has patience for
   */
  turn(ticket: Ticket): Promise<void>
  /** Nobody goes for this long: the upstream has said that it is too much. */
  hold(ms: number): void
}

/** The line of this name. Everybody who opens the same name shares one rate, in this process and in the replicas. */
export type OpenQueue = (name: string, requestsPerSecond: number) => Queue
