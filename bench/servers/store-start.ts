// What a start pays for the store: loading its modules and opening the file in the folder given. Prints milliseconds,
// by the clock and of CPU.
import { enableCompileCache, flushCompileCache } from 'node:module'
import { silentLog as log } from '../../src/kernel/log.ts'

enableCompileCache()
const [dataDir = ''] = process.argv.slice(2)
const started = performance.now()
const before = process.cpuUsage()
const { openStore } = await import('../../src/store/store.ts')
const store = await openStore({ dataDir, log })
const ms = performance.now() - started
const { user, system } = process.cpuUsage(before)
process.stdout.write(JSON.stringify({ ms, cpuMs: (user + system) / 1_000 }))
await store.close()
flushCompileCache()
