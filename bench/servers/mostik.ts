// The product's own stack with the bench's tools in place of a CRM's: guard, gate with a token, policy, log, sessions.
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { pino } from 'pino'
import { createApp } from '../../src/app/app.ts'
import { openState } from '../../src/app/state.ts'
import { isoTime } from '../../src/cli/log-time.ts'
import { readConfig } from '../../src/config.ts'
import { benchConnector } from './bench-connector.ts'

const config = readConfig({ CALL_LIMITS: 'read=0', ...process.env })
const bench = benchConnector(Number(process.env.NTOOLS))

// As `cli/start.ts` makes it, but its lines go nowhere.
const log = pino(
  { level: config.LOG_LEVEL, base: null, timestamp: isoTime() },
  pino.destination({ dest: '/dev/null', sync: false }),
)
const state = await openState({ config, connectors: [bench], log })
const app = await createApp({ config, connectors: [bench], ...state, log })
const server = createAdaptorServer({
  fetch: app.fetch,
  serverOptions: { keepAliveTimeout: 120_000, headersTimeout: 60_000, requestTimeout: 60_000 },
}) as Server
server.listen(config.PORT, config.HOST, () => app.listensOn(`http://${config.HOST}:${config.PORT}`))
