/**
 * Lets one step after another through, here and in the replicas. A step works under a signal of its own: aborted with
 * the given one, and when the lock may have gone to somebody else meanwhile. Rejects with the reason of the given signal
 * when it is aborted before the step began.
 * @throws AppError `unavailable` when the lock cannot be had; the step has not begun
 */
export type Lock = <T>(step: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) => Promise<T>

/** The lock of this name, one for everybody who opens the same name, in this process and in the replicas. */
export type OpenLock = (name: string) => Lock
