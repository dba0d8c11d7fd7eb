import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { createApp } from '../../src/app/app.ts'
import { openState } from '../../src/app/state.ts'
import { readConfig } from '../../src/config.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { buildFixtureServer } from './fixtures/build-fixture-server.ts'
import { readServeOptions } from './serve-options.ts'

// The product's whole stack, with the suite's fixtures where its tools would be: what the suite then judges is ours.
const options = readServeOptions(process.argv.slice(2), process.env)
if ('refusal' in options) {
  console.error(options.refusal)
  process.exitCode = 1
} else {
  const { host, port } = options
  const config = readConfig({ HOST: host, LOG_LEVEL: 'silent' })
  const app = await createApp({
    config,
    connectors: [],
    ...(await openState({ config, connectors: [], log: silentLog })),
    log: silentLog,
    fixtures: ({ notify, closeStream }) => {
      const { toolsChanged, promptsChanged } = notify
      return (context) => buildFixtureServer(context, { toolsChanged, promptsChanged, closeStream })
    },
  })
  const server = createAdaptorServer({ fetch: app.fetch })
  await once(server.listen(port, host), 'listening')
  const origin = `http://${host === '::1' ? '[::1]' : host}:${(server.address() as AddressInfo).port}`
  app.listensOn(origin)
  console.log(JSON.stringify({ url: `${origin}/mcp` }))

  await once(process, 'SIGTERM')
  await app.close(0)
  server.close()
  if ('closeAllConnections' in server) server.closeAllConnections()
}
