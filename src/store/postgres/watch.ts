import type pg from 'pg'

/** Ends connections whose statement is never answered. The driver's own limit takes a timer for every statement. */
export interface Watch {
  /** Returns what is to be called when the statement has ended. */
  begin(client: pg.PoolClient, patienceMs: number): () => void
}

interface Running {
  readonly client: pg.PoolClient
  readonly until: number
}

export function createWatch(lookEveryMs: number): Watch {
  const running = new Set<Running>()
  let isLooking = false

  function look(): void {
    const now = performance.now()
    for (const statement of running) {
      if (statement.until > now) continue
      running.delete(statement)
      // With a statement under way this cuts the connection, and the statement fails as on a lost one.
      void statement.client.end()
    }
    isLooking = running.size > 0
    if (isLooking) setTimeout(look, lookEveryMs).unref()
  }

  return {
    begin(client, patienceMs) {
      const statement = { client, until: performance.now() + patienceMs }
      running.add(statement)
      if (!isLooking) setTimeout(look, lookEveryMs).unref()
      isLooking = true
      return () => running.delete(statement)
    },
  }
}
