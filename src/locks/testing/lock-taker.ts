import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../kernel/errors.ts'
import { silentLog } from '../../kernel/log.ts'
import { createLockStore } from '../../store/lock-store.ts'
import { openStore, type StoreOptions } from '../../store/store.ts'
import { createLocks } from '../locks.ts'

/**
 * One replica as a process of its own. `stay` takes the lock and stays until it loses it; `count` adds one to the number
 * in a file so many times, each time under the lock, as anybody would who has the file for himself.
 */
const [where = '{}', leaseMs = '', job = '', file = '', times = '0'] = process.argv.slice(2)
const place = JSON.parse(where) as Pick<StoreOptions, 'dataDir' | 'databaseUrl'>

const store = await openStore({ ...place, log: silentLog })
const shared = createLockStore(store)
const lock = createLocks({ shared, leaseMs: Number(leaseMs), log: silentLog })('firm')
const { signal: never } = new AbortController()

async function stay(signal: AbortSignal): Promise<void> {
  process.stdout.write('in\n')
  try {
    for (;;) {
      signal.throwIfAborted()
      await sleep(5)
    }
  } catch (error) {
    process.stdout.write(`${error instanceof AppError ? error.kind : error}\n`)
  }
}

async function count(): Promise<void> {
  const number = Number(await readFile(file, 'utf8'))
  await sleep(2)
  await writeFile(file, String(number + 1))
}

if (job === 'stay') await lock(stay, never)
else await Promise.all(Array.from({ length: Number(times) }, () => lock(count, never)))
await store.close()
