import pg from 'pg'
import { type Fault, unavailable } from '../faults.ts'
import type { HealthKeeper } from '../health.ts'
import { connectionFault, postgresFault } from './faults.ts'
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

/**
 * Set once a connection is there, since poolers such as PgBouncer turn down what they do not know at its start. They
 * belong to the session, so that DATABASE_URL is to name PostgreSQL itself or a pooler that keeps a session for a client
 * (`pool_mode = session`): one that lends its connections for a transaction each would bound the statements of its other
 * users too, and not all of ours.
 */
const SESSION = `set statement_timeout = '10s'; set lock_timeout = '5s';
  set idle_in_transaction_session_timeout = '15s'`

/** A connection whose errors are told to `health` and come out as ours. */
interface PostgresClient {
  query(sql: string, parameters?: readonly unknown[], patienceMs?: number): Promise<pg.QueryResult>
  release(): void
}

interface Wrapped extends PostgresClient {
  /** It is not to be used again. */
  isStale(): boolean
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
      client.on('error', (error) => void translated(error))
      client.setTypeParser(INT8, Number)
      await client.query(SESSION)
    },
  })
  pool.on('error', (error) => void translated(error))
  const wrapped = new WeakMap<pg.PoolClient, Wrapped>()
  /** Counts up when the server turns out to be read-only: what was connected until then leads to it, too. */
  let generation = 0
  let hasConnected = false

  function translated(error: unknown, fault: Fault | undefined = postgresFault(error)): unknown {
    if (fault === undefined) return error
    // A deadlock or a lost race between two writers says nothing about the engine.
    if (!fault.code.startsWith('40')) health.failed(fault)
    return unavailable(fault, error)
  }

  function wrap(client: pg.PoolClient): Wrapped {
    const born = generation
    let isLost = false
    const isStale = () => isLost || born < generation
    return {
      isStale,
      async query(sql, parameters = [], patienceMs = statementMs) {
        const end = watch.begin(client, patienceMs)
        try {
          const result = await client.query(sql, parameters as unknown[])
          if (WRITES.has(result.command)) health.worked()
          return result
        } catch (error) {
          const reason = postgresFault(error)?.reason
          if (reason === 'unreachable') isLost = true
          // After a failover its successor is reached by connecting anew.
          if (reason === 'read_only' && !isStale()) generation += 1
          throw translated(error)
        } finally {
          end()
        }
      },
      release: () => client.release(isStale()),
    }
  }

  return {
    options: {},
    async connect() {
      try {
        for (;;) {
          const client = await pool.connect()
          const known = wrapped.get(client) ?? wrap(client)
          wrapped.set(client, known)
          hasConnected = true
          if (!known.isStale()) return known
          known.release()
        }
      } catch (error) {
        throw translated(error, connectionFault(error, hasConnected))
      }
    },
    end: () => pool.end(),
  }
}

const WRITES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE'])

const INT8 = 20
