import { pino } from 'pino'
import { linkAccounts, type StartSandbox } from '../accounts.ts'
import { createApp } from '../app.ts'
import { type Config, readConfig } from '../config.ts'
import * as all from '../connectors/index.ts'
import { systemClock } from '../kernel/clock.ts'
import type { Connector } from '../kernel/connector.ts'
import type { Log } from '../kernel/log.ts'
import { prepareDataFolder } from './data-folder.ts'
import { isoTime } from './log-time.ts'

const connectors: readonly Connector[] = Object.values(all)

/** The demo account allows more than a real one, so that somebody who tries it does not wait in a queue. */
const DEMO_REQUESTS_PER_SECOND = 50

const sandboxes: Record<string, StartSandbox> = {
  async amocrm() {
    const { startAmocrmSandbox } = await import('../sandbox/amocrm/server.ts')
    const quota = { requestsPerSecond: DEMO_REQUESTS_PER_SECOND * 2 }
    const { baseUrl, accessToken, close } = await startAmocrmSandbox(quota)
    const variables = {
      AMOCRM_BASE_URL: baseUrl,
      AMOCRM_ACCESS_TOKEN: accessToken,
      AMOCRM_REQUESTS_PER_SECOND: DEMO_REQUESTS_PER_SECOND,
    }
    return { variables, close }
  },
}

/** The app with its accounts, from the environment; what `serve`, `stdio` and `doctor` have in common. */
export async function startApp(environment: Readonly<Record<string, string | undefined>>) {
  const config = readConfig(environment, connectors)
  const log = createLog(config)
  await prepareDataFolder(config.DATA_DIR)
  const linked = await linkAccounts({ config, connectors, sandboxes, clock: systemClock, log })
  try {
    const app = createApp({ config, connectors, accounts: linked.accounts, log })
    return { app, config, log, accounts: linked.accounts, connectors, closeAccounts: linked.close }
  } catch (error) {
    // A demo account that nobody will use would keep the process alive.
    await linked.close()
    throw error
  }
}

/** One JSON line per event on standard error, since `stdio` speaks the protocol on standard output. */
function createLog({ LOG_LEVEL }: Config): Log {
  const destination = pino.destination({ dest: 2, sync: false })
  process.once('exit', () => destination.flushSync())
  return pino({ level: LOG_LEVEL, base: null, timestamp: isoTime() }, destination)
}
