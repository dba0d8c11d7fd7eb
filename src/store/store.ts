import type { Kysely, Transaction } from 'kysely'
import { type Clock, systemClock } from '../kernel/clock.ts'
import { lazy } from '../kernel/lazy.ts'
import type { Log } from '../kernel/log.ts'
import { readStartFacts, type StartFacts } from './at-start.ts'
import type { Engine } from './engine.ts'
import { createHealth, type Health } from './health.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/all.ts'
import { openEngine } from './open-engine.ts'
import type { Tables } from './tables.ts'

export type Db = Kysely<Tables>
export type Write<T> = (db: Transaction<Tables>) => Promise<T>

/** Everything that must outlive the process, on SQLite or PostgreSQL. */
export interface Store {
  readonly engine: Engine['name']
  readonly atStart: StartFacts
  /**
   * The query builder, loaded at first use. When the engine cannot serve, statements throw AppError `unavailable`;
   * conflicts with what is stored come out as they are, see `isConflict`. Inside a transaction use its own `db` alone:
   * SQLite has one connection, and the outer one waits for it.
   */
  db(): Promise<Db>
  /**
   * One transaction that survives a power loss once this has resolved. When it throws `unavailable` the transaction was
   * rolled back, unless the engine was lost during the commit itself: write so that doing it again does no harm.
   */
  durably<T>(work: Write<T>): Promise<T>
  health(): Health
  /** Asks the engine, at most once a second: a small write when it is failing, else whether it is there. */
  check(): Promise<Health>
  close(): Promise<void>
}

export interface StoreOptions {
  /** Holds `mostik.db`; without it and without `databaseUrl` everything is in memory and gone with the process. */
  readonly dataDir?: string
  /** `postgres://…`; goes before `dataDir`. */
  readonly databaseUrl?: string
  /** How long a PostgreSQL that does not answer is waited for: it may be starting as well. */
  readonly startPatienceMs?: number
  readonly log: Log
  readonly clock?: Clock
}

/**
 * Opens the store and brings its schema up to date.
 * @throws AppError `unavailable` when the engine cannot be opened; `invalid_input` when a newer program wrote it
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { log, clock = systemClock } = options
  const health = createHealth(clock, log)
  const engine = await openEngine(options, health)
  try {
    await migrate(engine, migrations, clock, log)
    const atStart = engine.name === 'memory' ? NOTHING : await readStartFacts(engine)
    const builder = lazy(() => engine.builder())
    let closing: Promise<void> | undefined
    return {
      engine: engine.name,
      atStart,
      db: async () => (await builder()).db,
      durably: async (work) => (await builder()).durably(work),
      health: health.now,
      check: () => health.check(engine),
      close() {
        closing ??= engine.close()
        return closing
      },
    }
  } catch (error) {
    await engine.close()
    throw error
  }
}

const NOTHING: StartFacts = { masterKeyIds: [], ownersConnectors: [], holdsAccounts: false }
