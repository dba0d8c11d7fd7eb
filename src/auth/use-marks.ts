import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Connection, ConnectionStore } from './connection.ts'

const EVERY_MS = 60_000
const CONNECTIONS = 20_000

/** Notes that a connection is in use: once a minute at most, and nobody waits for it. */
export function createUseMarks(around: {
  store: Pick<ConnectionStore, 'used'>
  clock: Clock
  log: Log
}): (connection: Connection) => void {
  const { store, clock, log } = around
  const marked = new Map<string, number>()
  return ({ id, usedAt = 0 }) => {
    const now = clock.now()
    if (now - Math.max(usedAt, marked.get(id) ?? 0) < EVERY_MS) return
    if (marked.size >= CONNECTIONS) marked.clear()
    marked.set(id, now)
    store
      .used(id, now)
      .catch((err: unknown) => log.warn({ err, connection: id }, 'use of a connection not noted'))
  }
}
