import { createAmocrmClient } from '../../connectors/amocrm/client/client.ts'
import { path } from '../../connectors/amocrm/client/path.ts'
import { silentLog } from '../../kernel/log.ts'
import { createRateStore } from '../../store/rate-store.ts'
import { openStore } from '../../store/store.ts'
import { createQueues } from '../queues.ts'
import { createTurns } from '../turns.ts'

/** One replica as a process of its own: calls the account as fast as its line lets it, and says how often it did. */
const [databaseUrl = '', baseUrl = '', accessToken = '', rate = '', until = ''] = process.argv.slice(2)

const store = await openStore({ databaseUrl, log: silentLog })
const queue = createQueues({ shared: createRateStore(store), log: silentLog })('account', Number(rate))
const turn = createTurns({ log: silentLog })('account')
const client = createAmocrmClient({ baseUrl, accessToken, queue, turn, log: silentLog })
let calls = 0
async function hammer() {
  while (Date.now() < Number(until)) {
    await client.request({ method: 'GET', path: path`/account` })
    calls += 1
  }
}
await Promise.all([hammer(), hammer(), hammer(), hammer()])
await store.close()
process.stdout.write(String(calls))
