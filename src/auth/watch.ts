import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { ConnectionStore } from './connection.ts'

/** Tells what is open for a connection that the connection has ended. */
export interface Watch {
  /** Gives what stops it. */
  add(connection: string, onEnd: () => void): () => void
  close(): void
}

const EVERY_MS = 1_000
/** As many ids as one statement takes on every engine. */
const AT_ONCE = 1_000

/** One timer and one query for everything that is watched; none while nothing is. */
export function createWatch(around: {
  store: Pick<ConnectionStore, 'ended'>
  clock: Clock
  log: Log
}): Watch {
  const { store, clock, log } = around
  const watched = new Map<string, Set<() => void>>()
  let timer: NodeJS.Timeout | undefined
  let isLooking = false
  let isFailing = false

  async function look(): Promise<void> {
    if (isLooking) return
    isLooking = true
    try {
      const ids = [...watched.keys()]
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        const over = await store.ended(ids.slice(from, from + AT_ONCE), clock.now())
        for (const id of over) end(id)
      }
      isFailing = false
    } catch (err) {
      // What is open stays open: it can do nothing that a new request could not, and each of those is checked.
      if (!isFailing) log.warn({ err }, 'ends of connections unknown')
      isFailing = true
    } finally {
      isLooking = false
    }
  }

  function end(id: string): void {
    const listeners = watched.get(id) ?? []
    watched.delete(id)
    for (const onEnd of listeners) onEnd()
    stopWhenIdle()
  }

  function stopWhenIdle(): void {
    if (watched.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    add(connection, onEnd) {
      const listeners = watched.get(connection) ?? new Set()
      // One function may be given twice.
      const listener = () => onEnd()
      watched.set(connection, listeners.add(listener))
      timer ??= setInterval(() => void look(), EVERY_MS).unref()
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0 || watched.get(connection) !== listeners) return
        watched.delete(connection)
        stopWhenIdle()
      }
    },
    close() {
      watched.clear()
      stopWhenIdle()
    },
  }
}
