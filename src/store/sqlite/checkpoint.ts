import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { Log } from '../../kernel/log.ts'

export interface Checkpointer {
  /** Something was written. */
  note(): void
  close(): Promise<void>
}

const LOG_LIMIT_BYTES = 4 * 1024 * 1024
const LOOK_AFTER_MS = 1_000
const WORKER_PATIENCE_MS = 2_000

/**
 * Moves the pages of a grown write-ahead log into the database file in a thread of its own, so that the main one never
 * waits for the disk. The thread is started when there is something to move for the first time.
 */
export function createCheckpointer(databasePath: string, log: Log): Checkpointer {
  let timer: NodeJS.Timeout | undefined
  let worker: Worker | undefined
  let wasFailing = false

  async function look(): Promise<void> {
    const { size } = await stat(`${databasePath}-wal`).catch(() => ({ size: 0 }))
    timer = undefined
    if (size < LOG_LIMIT_BYTES) return
    worker ??= startWorker()
    worker.postMessage('checkpoint')
  }

  /** The next look starts another one. */
  function failed(error: unknown): void {
    log.error({ err: error }, 'checkpoint thread failed')
    worker = undefined
  }

  function startWorker(): Worker {
    const started = new Worker(new URL(import.meta.url), { workerData: { [MARK]: databasePath } })
    started.on('message', (failure: string | undefined) => {
      if (failure !== undefined && !wasFailing) log.warn({ failure }, 'checkpoint failed')
      wasFailing = failure !== undefined
    })
    started.on('error', failed)
    started.unref()
    return started
  }

  return {
    note() {
      timer ??= setTimeout(() => look().catch(failed), LOOK_AFTER_MS).unref()
    },
    async close() {
      clearTimeout(timer)
      if (worker === undefined) return
      const exited = once(worker, 'exit')
      worker.ref()
      worker.postMessage('stop')
      await exited
    },
  }
}

/** Tells the thread that this file starts from one that somebody else has started. */
const MARK = 'mostikCheckpoint'

if (typeof workerData === 'object' && workerData !== null && MARK in workerData && parentPort !== null) {
  serve(String(workerData[MARK]), parentPort)
}

const TOUCH = `insert into meta (key, value) values ('checkpoint', hex(randomblob(8)))
  on conflict (key) do update set value = excluded.value`

/** The other side, in the thread. */
function serve(path: string, port: NonNullable<typeof parentPort>): void {
  const database = new DatabaseSync(path, { timeout: WORKER_PATIENCE_MS })
  port.on('message', (order: 'checkpoint' | 'stop') => {
    if (order === 'stop') {
      database.close()
      port.close()
      return
    }
    try {
      // Nearly all of it without a lock; then what has come meanwhile, under the lock, and the log is empty.
      database.exec('pragma wal_checkpoint(passive); pragma wal_checkpoint(truncate)')
      // The first page after that waits for the disk: let it be this one. It must differ, or nothing is written.
      database.exec(TOUCH)
      port.postMessage(undefined)
    } catch (error) {
      port.postMessage(String(error))
    }
  })
}
