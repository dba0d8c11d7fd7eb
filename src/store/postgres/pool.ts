import pg from 'pg'
import { unavailable } from '../faults.ts'
import type { HealthKeeper } from '../health.ts'
import { postgresFault } from './faults.ts'
import { createWatch } from './watch.ts'

/** Nothing may hang for ever: neither a lost network nor a lock nor a full pool. */
const LIMITS = {
  max: 10,
  connectionTimeoutMillis: 3_000,
  /** More than the server's own limit: for a network that swallows everything. */
  statementMs: 12_000,
  lookEveryMs: 1_000,
  idleTimeoutMillis: 30_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
}

/** Set once a connection is there, since poolers such as PgBouncer turn down what they do not know at its start. */
const SESSION = `set statement_timeout = '10s'; set lock_timeout = '5s';
  set idle_in_transaction_session_timeout = '15s'`

/** A connection whose errors are told to `health` and come out as ours. */
interface PostgresClient {
  query(sql: string, parameters?: readonly unknown[], patienceMs?: number): Promise<pg.QueryResult>
  release(): void
}

export interface PostgresPool {
  /** Kysely asks for it, for what is not used here. */
  readonly options: object
  connect(): Promise<PostgresClient>
  end(): Promise<void>
}

export function createPool(databaseUrl: string, health: HealthKeeper, limits = LIMITS): PostgresPool {
  const { statementMs, lookEveryMs, ...poolLimits } = limits
  const watch = createWatch(lookEveryMs)
  const pool = new pg.Pool({
    ...poolLimits,
    connectionString: databaseUrl,
    application_name: 'mostik',
    async onConnect(client) {
      // Without a listener the loss of a connection that waits inside a transaction would end the process.
      client.on('error', translated)
      client.setTypeParser(INT8, Number)
      await client.query(SESSION)
    },
  })
  pool.on('error', translated)
  const wrapped = new WeakMap<pg.PoolClient, PostgresClient>()

  function translated(error: unknown): unknown {
    const fault = postgresFault(error)
    if (fault === undefined) return error
    // A deadlock or a lost race between two writers says nothing about the engine.
    if (!fault.code.startsWith('40')) health.failed(fault)
    return unavailable(fault, error)
  }

  function wrap(client: pg.PoolClient): PostgresClient {
    let isLost = false
    return {
      async query(sql, parameters = [], patienceMs = statementMs) {
        const end = watch.begin(client, patienceMs)
        try {
          const result = await client.query(sql, parameters as unknown[])
          if (WRITES.has(result.command)) health.worked()
          return result
        } catch (error) {
          if (postgresFault(error)?.reason === 'unreachable') isLost = true
          throw translated(error)
        } finally {
          end()
        }
      },
      release: () => client.release(isLost),
    }
  }

  return {
    options: {},
    async connect() {
      try {
        const client = await pool.connect()
        const known = wrapped.get(client) ?? wrap(client)
        wrapped.set(client, known)
        return known
      } catch (error) {
        throw translated(error)
      }
    },
    end: () => pool.end(),
  }
}

const WRITES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE'])

const INT8 = 20
