import { once } from 'node:events'
import { createAmocrmClient } from '../../connectors/amocrm/client/client.ts'
import { path } from '../../connectors/amocrm/client/path.ts'
import { silentLog } from '../../kernel/log.ts'
import { createLocks } from '../../locks/locks.ts'
import { createRateStore } from '../../store/rate-store.ts'
import { openStore } from '../../store/store.ts'
import { createQueues } from '../queues.ts'

/**
 * One replica as a process of its own: says `ready`, waits to be told to begin, calls the account as fast as its line
 * lets it, and says how often it did.
 */
const [databaseUrl = '', baseUrl = '', accessToken = '', rate = '', lastsMs = ''] = process.argv.slice(2)

const store = await openStore({ databaseUrl, log: silentLog })
const queue = createQueues({ shared: createRateStore(store), log: silentLog })('account', Number(rate))
const lock = createLocks({ log: silentLog })('account')
const client = createAmocrmClient({ baseUrl, accessToken, queue, lock, log: silentLog })
await store.db()
process.stdout.write('ready\n')
await once(process.stdin, 'data')
process.stdin.destroy()
const until = Date.now() + Number(lastsMs)
let calls = 0
async function hammer() {
  while (Date.now() < until) {
    await client.request({ method: 'GET', path: path`/account` })
    calls += 1
  }
}
await Promise.all([hammer(), hammer(), hammer(), hammer()])
await store.close()
process.stdout.write(String(calls))
