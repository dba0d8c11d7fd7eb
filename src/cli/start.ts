import type { StartSandbox } from '../accounts/environment-and-demo.ts'
import { createApp } from '../app/app.ts'
import { openState, type StateOptions } from '../app/state.ts'
import { connectors, readSettings } from './settings.ts'

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

/** The app with all it works with, from the environment; what `serve`, `stdio` and `doctor` have in common. */
export async function startApp(
  environment: Readonly<Record<string, string | undefined>>,
  options: Pick<StateOptions, 'timing'> = {},
) {
  const { config, log } = readSettings(environment)
  const state = await openState({ config, connectors, sandboxes, log, ...options })
  try {
    const app = await createApp({ config, connectors, ...state, log })
    return { app, config, log, connectors, state }
  } catch (error) {
    // A demo account that nobody will use would keep the process alive.
    await state.close(0)
    throw error
  }
}
