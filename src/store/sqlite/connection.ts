import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { unavailable } from '../faults.ts'
import type { HealthKeeper } from '../health.ts'
import { isBusy, sqliteFault } from './faults.ts'
import { createMutex } from './mutex.ts'
import { writeFault } from './write-fault.ts'

/** The one connection of this process, used by one transaction or lone statement at a time. */
export interface SqliteConnection {
  /** Waits for the connection to be free. */
  take(): Promise<void>
  give(): void
  /** Needs the connection to be taken. Waits up to `patienceMs` for another process to let the database go. */
  run(sql: string, parameters?: readonly unknown[], patienceMs?: number): Promise<Ran>
  /** Ends a transaction that the engine has not ended by itself. */
  rollback(): void
  close(): Promise<void>
}

interface Ran {
  readonly rows: Record<string, unknown>[]
  readonly changes: number
}

interface Prepared {
  readonly statement: StatementSync
  readonly givesRows: boolean
  readonly writes: boolean
}

const WRITES = /^\s*(insert|update|delete|with)\b/i

/** Between attempts at a lock: the first soon, so that a short lock costs little. */
const BUSY_PAUSES_MS = [1, 2, 5, 10, 20, 50]
const BUSY_PATIENCE_MS = 3_000
const MUTEX_PATIENCE_MS = 10_000
const CACHED_STATEMENTS = 200

/** `onWrite` hears of every statement that has changed a row. */
export function createConnection(
  database: DatabaseSync,
  health: HealthKeeper,
  onWrite: () => void,
): SqliteConnection {
  const statements = new Map<string, Prepared>()
  const mutex = createMutex(MUTEX_PATIENCE_MS, () => unavailable({ reason: 'busy', code: 'MUTEX' }))

  let hasUncommitted = false

  function prepared(sql: string): Prepared {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = database.prepare(sql)
    const made = { statement, givesRows: statement.columns().length > 0, writes: WRITES.test(sql) }
    const [oldest] = statements.keys()
    if (oldest !== undefined && statements.size >= CACHED_STATEMENTS) statements.delete(oldest)
    statements.set(sql, made)
    return made
  }

  function runNow(sql: string, parameters: readonly unknown[]): Ran {
    const { statement, givesRows, writes } = prepared(sql)
    const values = parameters as SQLInputValue[]
    const rows = givesRows ? statement.all(...values) : []
    // What does not write says how much the last that did has changed.
    const changes = givesRows ? rows.length : Number(statement.run(...values).changes)
    if (writes && changes > 0) {
      onWrite()
      hasUncommitted = true
    }
    if (hasUncommitted && !database.isTransaction) {
      hasUncommitted = false
      health.worked()
    }
    return { rows, changes }
  }

  /**
   * The lock of another process is waited for without stopping this one, and with the connection given to those who only
   * read; not from inside a transaction, which nobody else may get into.
   */
  async function runPatiently(sql: string, parameters: readonly unknown[], patienceMs: number): Promise<Ran> {
    const until = performance.now() + patienceMs
    const givesWay = !database.isTransaction
    for (let attempt = 0; ; attempt += 1) {
      if (givesWay) mutex.give()
      await pause(BUSY_PAUSES_MS[attempt] ?? 50)
      if (givesWay) await mutex.takeAgain()
      try {
        return runNow(sql, parameters)
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw translated(error)
      }
    }
  }

  function translated(error: unknown): unknown {
    const found = sqliteFault(error)
    if (found === undefined) return error
    const fault = database.isOpen ? writeFault(found, database.location()) : found
    health.failed(fault)
    return unavailable(fault, error)
  }

  return {
    async take() {
      await mutex.take()
    },
    give: mutex.give,
    async run(sql, parameters = [], patienceMs = BUSY_PATIENCE_MS) {
      try {
        return runNow(sql, parameters)
      } catch (error) {
        if (!isBusy(error)) throw translated(error)
      }
      return runPatiently(sql, parameters, patienceMs)
    },
    rollback() {
      if (database.isTransaction) database.exec('rollback')
      hasUncommitted = false
    },
    async close() {
      try {
        await mutex.take()
      } finally {
        database.close()
        mutex.give()
      }
    },
  }
}
