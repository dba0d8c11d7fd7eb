/**
 * Lets one step after another through, here and in the replicas. A step works under a signal of its own: aborted with
 * the given one, and when the turn may have gone to somebody else meanwhile. Rejects with the reason of the given signal
 * when it is aborted before the step began.
 * @throws AppError `unavailable` when the turn does not come; the step has not begun
 */
export type Turn = <T>(step: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) => Promise<T>

/** The turn of this name. Everybody who opens the same name takes turns, in this process and in the replicas. */
export type OpenTurn = (name: string) => Turn
