import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { type App, createApp } from '../../../src/app/app.ts'
import { openState, type State } from '../../../src/app/state.ts'
import { readConfig } from '../../../src/config.ts'
import type { Connector } from '../../../src/kernel/connector.ts'
import { type Log, silentLog } from '../../../src/kernel/log.ts'
import { scratchFolder } from '../../../src/store/testing/engines.ts'
import { lab } from '../stack.ts'
import { ADMIN_PASSWORD } from './people.ts'

export interface OauthStack {
  readonly port: number
  /** Where everybody finds it: the issuer. */
  readonly url: string
  readonly state: State
  /** Every route with what a request to it must bring. */
  readonly routes: App['routes']
  /** Where the owner sets the first password. */
  setupUrl(): Promise<string>
  /** Moves the server's time forward. */
  pass(ms: number): void
  /** Stops the process and starts it again on what was kept, at the same address. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface StackOptions {
  /** Else a file of its own. */
  readonly place?: { readonly DATA_DIR: string } | { readonly DATABASE_URL: string }
  /** Else its own address on loopback. */
  readonly publicUrl?: string
  /** What that address calls this machine: passkeys need a name, and not a number. */
  readonly host?: '127.0.0.1' | 'localhost'
  readonly environment?: Readonly<Record<string, string>>
  readonly connectors?: readonly Connector[]
  readonly log?: Log
}

/** The real app with its authorization server, on a free loopback port. */
export async function startOauthStack(options: StackOptions = {}): Promise<OauthStack> {
  const { connectors = [lab], log = silentLog } = options
  const place = options.place ?? { DATA_DIR: await scratchFolder() }
  let ahead = 0
  const clock = { now: () => Date.now() + ahead }
  let app: App | undefined
  let state: State | undefined
  const server = createAdaptorServer({
    fetch: (...given) => app?.fetch(...given) ?? new Response('starting', { status: 503 }),
  }) as Server
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const own = `http://${options.host ?? '127.0.0.1'}:${port}`
  const url = options.publicUrl ?? own
  const config = readConfig(
    {
      AUTH: 'oauth',
      PUBLIC_URL: url,
      ADMIN_PASSWORD,
      MASTER_KEY: 'oauth-0123456789abcdef0123456789abcdef',
      // The tests say where they come from.
      TRUSTED_PROXIES: 'loopback',
      DEMO: 'off',
      CALL_LIMITS: 'read=0,write=0',
      ...place,
      ...options.environment,
    },
    connectors,
  )

  async function start() {
    state = await openState({ config, connectors, log, clock })
    app = await createApp({ config, ...state, connectors, log, clock })
    app.listensOn(own)
  }

  async function stop() {
    const [wasApp, wasState] = [app, state]
    app = undefined
    await wasApp?.close(0)
    await wasState?.close(1_000)
  }

  await start()
  return {
    port,
    url,
    get state() {
      if (state === undefined) throw new Error('not started')
      return state
    },
    get routes() {
      return app?.routes ?? []
    },
    async setupUrl() {
      return (await app?.setupUrl()) ?? ''
    },
    pass(ms) {
      ahead += ms
    },
    async restart() {
      await stop()
      await start()
    },
    async close() {
      await stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
