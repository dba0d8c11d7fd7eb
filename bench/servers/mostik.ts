// The product's own stack with the bench's tools in place of a CRM's: guard, gate with a token, policy, log, sessions.
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { pino } from 'pino'
import { z } from 'zod'
import { createApp } from '../../src/app/app.ts'
import { openState } from '../../src/app/state.ts'
import { isoTime } from '../../src/cli/log-time.ts'
import { readConfig } from '../../src/config.ts'
import type { Connector } from '../../src/kernel/connector.ts'
import { toolFor } from '../../src/kernel/tool.ts'
import { benchTools, KILOBYTE } from './tools.mjs'

const config = readConfig({ CALL_LIMITS: 'read=0', ...process.env })
const tool = toolFor<unknown>()
const tools = benchTools(z, Number(process.env.NTOOLS)).map(({ name, title, description, input, output }) =>
  tool({
    name,
    title,
    description,
    toolset: 'bench',
    access: 'read',
    input: z.object(input),
    output: z.object(output),
    run: async () => ({ text: KILOBYTE }),
  }),
)

const bench: Connector = {
  id: 'bench',
  title: 'Bench',
  tools: tools as unknown as Connector['tools'],
  variables: z.object({}),
  setup: [],
  probe: 'echo',
  link: () => ({ client: undefined, demo: false }),
}

// As `cli/start.ts` makes it, but its lines go nowhere.
const log = pino(
  { level: config.LOG_LEVEL, base: null, timestamp: isoTime() },
  pino.destination({ dest: '/dev/null', sync: false }),
)
const state = await openState({ config, connectors: [bench], log })
const app = createApp({ config, connectors: [bench], ...state, log })
const server = createAdaptorServer({
  fetch: app.fetch,
  serverOptions: { keepAliveTimeout: 120_000, headersTimeout: 60_000, requestTimeout: 60_000 },
}) as Server
server.listen(config.PORT, config.HOST, () => app.listensOn(`http://${config.HOST}:${config.PORT}`))
