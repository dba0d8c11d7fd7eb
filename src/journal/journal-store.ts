/** One link of the chain: the hash of entry `seq`, which covers every entry before it. */
export interface Link {
  readonly seq: number
  readonly hash: string
}

/** What one flush writes: entries that follow each other, one row of the store. */
export interface Batch {
  readonly firstSeq: number
  readonly lastSeq: number
  /** Unix ms of the earliest and of the latest entry; clocks may step back, so these need not be at the ends. */
  readonly firstAt: number
  readonly lastAt: number
  /** One entry a line, `<hash> <json>`, without a newline at the end. */
  readonly lines: string
  /** The hash before the first line. */
  readonly previous: string
  /** The hash of the last line. */
  readonly head: string
}

/** A batch as it is read; nothing is before the first of a database. */
export interface StoredBatch extends Omit<Batch, 'previous'> {
  readonly previous: string | undefined
}

/** Which batches to read: those behind the batch that ends with `after`, or before the one that begins with `before`. */
export interface Page {
  /** Oldest first. */
  readonly after?: number
  /** Newest first. */
  readonly before?: number
  /** Unix ms, both included: only batches that may hold an entry of this time. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly most: number
}

/** Keeps one chain per database, whoever writes to it. Every method throws AppError `unavailable` when it cannot. */
export interface JournalStore {
  /** The newest link, of the last batch or else the anchor; nothing in a new database. */
  head(): Promise<Link | undefined>
  /** The link that the oldest kept entry follows; nothing until something was pruned. */
  anchor(): Promise<Link | undefined>
  /**
   * Adds the batch if the chain ends where the batch begins, or finds that this very batch is there already (so that
   * an append whose answer was lost can be repeated). False when another process was first.
   */
  append(batch: Batch): Promise<boolean>
  page(page: Page): Promise<StoredBatch[]>
  /**
   * Takes away the oldest batches, at most `most` of them, up to the first that holds an entry from `time` (Unix ms) on,
   * and moves the anchor behind them in the same transaction. What is dated after now goes with the batches behind it.
   * Gives how many went.
   */
  prune(time: number, most: number): Promise<number>
}
