import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { type Caller, callerKey } from '../kernel/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Peer } from './fallback.ts'
import type { Message } from './protocol.ts'
import { createRunning, type Running } from './running.ts'

/** One session of the 2025 revisions: a plain record, without a server object until one is needed. */
export interface Session {
  readonly id: string
  /** Sessions are bound to the caller that opened them. */
  readonly owner: string
  /** What the client said at the start, to be told to the SDK when it joins. */
  readonly initialize: Message
  readonly revision: string
  readonly running: Running
  /** The open `GET` stream, while the SDK has not joined. */
  stream?: ServerResponse
  peer?: Promise<Peer>
  /** The same, once it is there. */
  joined?: Peer
  lastSeen: number
}

export interface SessionLimits {
  readonly maxSessions: number
  readonly maxSessionsPerCaller: number
  readonly idleMs: number
}

export const SESSION_LIMITS: SessionLimits = {
  maxSessions: 10_000,
  maxSessionsPerCaller: 1_000,
  idleMs: 30 * 60_000,
}

/** How many ended session ids are remembered, so that they get 404 and not the leniency of unknown ones. */
const MAX_ENDED = 10_000

export interface Sessions {
  create(caller: Caller, initialize: Message, revision: string): Session
  /** `gone`: ended by its client, or somebody else's. `unknown`: never seen, expired, or lost in a restart. */
  find(id: string, caller: Caller): Session | 'gone' | 'unknown'
  end(session: Session): void
  readonly size: number
  close(): void
}

/**
 * Sessions in memory. At the cap the one that was silent longest makes room: its client loses nothing, since an
 * unknown session is served under the caller's authority.
 */
export function createSessions(clock: Clock, limits: SessionLimits): Sessions {
  // Insertion order is order of use: the first is the one that was silent longest.
  const sessions = new Map<string, Session>()
  const ended = new Set<string>()
  const perCaller = new Map<string, number>()

  const drop = (session: Session) => {
    if (!sessions.delete(session.id)) return
    const left = (perCaller.get(session.owner) ?? 1) - 1
    if (left > 0) perCaller.set(session.owner, left)
    else perCaller.delete(session.owner)
    session.running.cancelAll()
    session.stream?.end()
    // A peer that could not open has told so to the request that wanted it.
    session.peer?.then((peer) => peer.close()).catch(() => undefined)
  }
  const isQuiet = ({ running, stream, joined }: Session) =>
    running.size === 0 && stream === undefined && joined?.isBusy !== true
  const makeRoom = (owner: string) => {
    const isOverOwn = (perCaller.get(owner) ?? 0) >= limits.maxSessionsPerCaller
    if (!isOverOwn && sessions.size < limits.maxSessions) return
    let fallback: Session | undefined
    for (const session of sessions.values()) {
      if (isOverOwn && session.owner !== owner) continue
      fallback ??= session
      if (isQuiet(session)) return drop(session)
    }
    if (fallback !== undefined) drop(fallback)
  }
  const sweep = setInterval(
    () => {
      const oldest = clock.now() - limits.idleMs
      for (const session of sessions.values()) {
        if (session.lastSeen > oldest) break
        if (isQuiet(session)) drop(session)
      }
    },
    Math.min(60_000, limits.idleMs),
  )
  sweep.unref()

  return {
    create(caller, initialize, revision) {
      const owner = callerKey(caller)
      makeRoom(owner)
      const id = randomUUID()
      const session = { id, owner, initialize, revision, running: createRunning(), lastSeen: clock.now() }
      sessions.set(id, session)
      perCaller.set(owner, (perCaller.get(owner) ?? 0) + 1)
      return session
    },
    find(id, caller) {
      const session = sessions.get(id)
      if (session === undefined) return ended.has(id) ? 'gone' : 'unknown'
      if (session.owner !== callerKey(caller)) return 'gone'
      session.lastSeen = clock.now()
      sessions.delete(id)
      sessions.set(id, session)
      return session
    },
    end(session) {
      drop(session)
      ended.add(session.id)
      const [first] = ended
      if (ended.size > MAX_ENDED && first !== undefined) ended.delete(first)
    },
    get size() {
      return sessions.size
    },
    close() {
      clearInterval(sweep)
      for (const session of sessions.values()) drop(session)
    },
  }
}
