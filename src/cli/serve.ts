import type { Server } from 'node:http'
import { flushCompileCache } from 'node:module'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import type { Timing } from '../app/state.ts'
import { isLoopback } from '../config/addresses.ts'
import { type Config, environment } from '../config.ts'
import { AppError } from '../kernel/errors.ts'
import { readOptions } from './options.ts'
import { startApp } from './start.ts'
import { stopSignal } from './stop-signal.ts'
import { welcome } from './welcome.ts'

/** How long running calls may take to finish after a stop signal; with what follows it stays below 5 s. */
const GRACE_MS = 3_000
/** For what is still to be written down. */
const STATE_MS = 700
/** For the log and for sockets that are just closing. */
const LAST_MS = 300

/** `mostik serve`: the server, until SIGINT or SIGTERM. */
export async function run(words: readonly string[], timing?: Timing): Promise<number> {
  readOptions(words, {})
  const { app, config, log, connectors, state } = await startApp(environment, { ...(timing && { timing }) })
  // A promise that nobody waited for is a bug of one call; the other clients go on.
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'))
  const server = createAdaptorServer({
    fetch: app.fetch,
    // Longer than the idle time of the usual proxies: a connection that they still use is not closed under them.
    // A request that trickles in holds a connection: its headers get 10 s, all of it 20.
    serverOptions: {
      keepAliveTimeout: 120_000,
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      connectionsCheckingInterval: 5_000,
    },
  }) as Server
  const origin = await listen(server, config).catch(async (error: unknown) => {
    await state.close(0)
    throw error
  })
  app.listensOn(origin)
  // Whoever reads the address may stop the server at once.
  const stopped = stopSignal()
  const setupUrl = await app.setupUrl()
  const stateOf = (id: string) => state.accounts.overview(id, app.owner).state
  const lasts = state.store.engine !== 'memory'
  process.stdout.write(welcome({ origin, config, connectors, stateOf, lasts, setupUrl }))
  state.warmUp()
  // Now and not at the exit: a hosting may never let the process end by itself.
  setTimeout(flushCompileCache, 500).unref()
  const signal = await stopped
  log.info({ signal }, 'stopping')
  const closed = new Promise((resolve) => server.close(resolve))
  await app.close(GRACE_MS)
  server.closeIdleConnections()
  await Promise.race([closed, pause(300)])
  server.closeAllConnections()
  await state.close(STATE_MS)
  // What still hangs on an upstream has had its time.
  setTimeout(() => process.exit(), LAST_MS).unref()
  return 0
}

/** @throws AppError `invalid_input` for a port that is taken or not ours to take */
async function listen(server: Server, { HOST, PORT }: Config): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(explained(cause, HOST, PORT)))
    server.listen(PORT, HOST, resolve)
  })
  const { port } = server.address() as AddressInfo
  const host = isLoopback(HOST) || HOST === '0.0.0.0' || HOST === '::' ? shownHost(HOST) : HOST
  return `http://${host}:${port}`
}

function shownHost(host: string): string {
  if (host === '::1') return '[::1]'
  return host === '0.0.0.0' || host === '::' ? 'localhost' : host
}

function explained(cause: NodeJS.ErrnoException, host: string, port: number): AppError {
  const hints: Record<string, [string, string]> = {
    EADDRINUSE: [
      `Port ${port} is already in use.`,
      `Stop the program that has it, or set PORT, for example PORT=${port + 1}.`,
    ],
    EACCES: [`Port ${port} is not open to this user.`, 'Set PORT to a number above 1023.'],
    EADDRNOTAVAIL: [`This machine has no address ${host}.`, 'Set HOST to 127.0.0.1 or 0.0.0.0.'],
    ENOTFOUND: [`HOST=${host} is not an address of this machine.`, 'Set HOST to 127.0.0.1 or 0.0.0.0.'],
  }
  const [message, hint] = hints[cause.code ?? ''] ?? [
    `The server cannot listen on ${host}:${port}.`,
    'Check HOST and PORT.',
  ]
  return new AppError('invalid_input', message, { hint, cause })
}
