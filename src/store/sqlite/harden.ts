import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { unavailable } from '../faults.ts'
import type { HealthKeeper } from '../health.ts'
import { fileFault } from './faults.ts'

export interface Hardener {
  /** That the file is where it was, and the same: what is written to one that was taken away is lost at the next start. */
  ask(): Promise<void>
  /** Resolves when all that was committed before the call would survive a power loss. */
  harden(): Promise<void>
  close(): Promise<void>
}

/**
 * With `synchronous = normal` a commit hands its pages to the system and does not wait for the disk. To wait is all
 * that `synchronous = full` would add; here it is done off the main thread, and once for all who wait together.
 */
export function createHardener(databasePath: string, inode: number, health: HealthKeeper): Hardener {
  let log: Promise<FileHandle> | undefined
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined

  async function sync(): Promise<void> {
    log ??= openLog(databasePath).catch((error) => {
      log = undefined
      throw error
    })
    await Promise.all([log.then((file) => file.datasync()), lookForFile()])
  }

  async function lookForFile(): Promise<void> {
    const { ino } = await stat(databasePath)
    if (ino !== inode) throw Object.assign(new Error('another file has taken its place'), { code: 'MOVED' })
  }

  /** With the fault told to `health`. */
  async function told(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const fault = fileFault(error)
      health.failed(fault)
      throw unavailable(fault, error)
    }
  }

  return {
    ask: () => told(lookForFile),
    harden() {
      // What runs already may have begun before the caller's commit; those who come meanwhile share the one after it.
      next ??= running.then(() => {
        next = undefined
        const now = told(sync)
        running = now.catch(() => undefined)
        return now
      })
      return next
    },
    async close() {
      await running
      const file = await log
      await file?.close()
    },
  }
}

/** The write-ahead log; its name in the folder must survive as well. */
async function openLog(databasePath: string): Promise<FileHandle> {
  const log = await open(`${databasePath}-wal`, 'r+')
  if (process.platform === 'win32') return log
  const folder = await open(dirname(databasePath), 'r')
  await folder.sync()
  await folder.close()
  return log
}
