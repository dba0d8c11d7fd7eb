import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { createApp } from '../../src/app/app.ts'
import { openState } from '../../src/app/state.ts'
import { readConfig } from '../../src/config.ts'
import type { Log } from '../../src/kernel/log.ts'
import { lab } from '../support/stack.ts'
import './probe.ts'

/**
 * The whole stack with the lab's tools in a process of its own, as `serve` starts it. Sessions expire after seconds, so that a leak shows within the run.
 */
const write = (fields: object, event: string) => void process.stderr.write(`${event} ${describe(fields)}\n`)
const log: Log = {
  info() {},
  warn: (fields, event) => write(fields, `warn: ${event}`),
  error: (fields, event) => write(fields, `error: ${event}`),
}

const config = readConfig({ CALL_LIMITS: 'read=0,write=0' })
const app = await createApp({
  config,
  connectors: [lab],
  ...(await openState({ config, connectors: [lab], log })),
  log,
  keepAliveMs: 3_000,
  sessionLimits: { maxSessions: 10_000, maxSessionsPerCaller: 10_000, idleMs: 8_000 },
})
const server = createAdaptorServer({
  fetch: app.fetch,
  serverOptions: { keepAliveTimeout: 120_000, headersTimeout: 60_000, requestTimeout: 60_000 },
}) as Server

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  app.listensOn(`http://127.0.0.1:${port}`)
  process.stdout.write(`MCP http://127.0.0.1:${port}/mcp\n`)
})

globalThis.soakCounts = () => ({ counts: app.counts() })
process.once('SIGTERM', () => process.exit(0))

function describe(fields: object): string {
  return JSON.stringify(fields, (_, value) =>
    value instanceof Error ? (value.stack ?? value.message).slice(0, 600) : value,
  )
}
