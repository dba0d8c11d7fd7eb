import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HttpBindings, serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { createBrowser } from '../../../test/support/oauth/browser.ts'
import { createAccounts } from '../../accounts/accounts.ts'
import type { Named } from '../../accounts/names.ts'
import { type AuthorizationServer, createAuthorizationServer } from '../../auth/oauth/authorization-server.ts'
import { createTokens } from '../../auth/tokens.ts'
import { readConfig } from '../../config.ts'
import { amocrm } from '../../connectors/amocrm/connector.ts'
import { assetAt } from '../../console/assets.ts'
import type { Connector } from '../../kernel/connector.ts'
import { silentLog } from '../../kernel/log.ts'
import { createOwnCallRate } from '../../limits/own-call-rate.ts'
import { createQueues } from '../../limits/queues.ts'
import { createLocks } from '../../locks/locks.ts'
import type { SignedIn } from '../../people/person.ts'
import { claim, openReplica } from '../../people/testing/stage.ts'
import { createAccountStore } from '../../store/account-store.ts'
import { createConnectionStore } from '../../store/connection-store.ts'
import { createOAuthStore } from '../../store/oauth-store.ts'
import { createSecretStore } from '../../store/secret-store.ts'
import { openStore } from '../../store/store.ts'
import { givenMasterKeys, masterKeyOf } from '../../vault/master-key.ts'
import { createVault } from '../../vault/vault.ts'
import { accessRoutes } from '../access.ts'
import { accountsRoutes } from '../accounts.ts'
import { consentRoutes } from '../consent.ts'
import { cookie } from '../cookies.ts'
import { openRoutes } from '../open-routes.ts'

const AMOCRM = amocrm as unknown as Connector

/** amoCRM as it is, but that the accounts of these subdomains are on this machine. */
export function amocrmAt(addresses: Readonly<Record<string, string>>): Connector {
  return {
    ...AMOCRM,
    link({ AMOCRM_SUBDOMAIN: subdomain, ...variables }, around) {
      const address = addresses[String(subdomain)]
      return AMOCRM.link({ ...variables, AMOCRM_BASE_URL: address, AMOCRM_REQUESTS_PER_SECOND: '50' }, around)
    },
  }
}

export type Granting = Awaited<ReturnType<typeof openGranting>>

interface Wish {
  readonly connectors?: readonly Connector[]
  readonly ceiling?: readonly string[]
  readonly environment?: Named
}

/** The authorization side of the console over real HTTP, with real stores and a real authorization server. */
export async function openGranting(wish: Wish = {}) {
  const { connectors = [AMOCRM], ceiling = ['amocrm:read', 'amocrm:write'], environment } = wish
  const scopes = new Set(ceiling)
  const store = await openStore({ log: silentLog })
  const stage = openReplica(store)
  const { people, clock } = stage
  const log = silentLog
  const masterKeys = givenMasterKeys(masterKeyOf('a master key of the tests, long enough'))
  const vault = createVault({ masterKeys, secrets: createSecretStore(store, clock) })
  const accountStore = createAccountStore(store)
  const connections = createConnectionStore(store, clock)
  const lock = createLocks({ log })
  const link = { clock, log, queue: createQueues({ log }), lock }
  const accounts = await createAccounts({
    config: readConfig({ DEMO: 'off' }, connectors),
    connectors,
    sandboxes: {},
    store: accountStore,
    atStart: store.atStart,
    vault,
    clock,
    log,
    link,
  })
  const rate = createOwnCallRate(clock.now)
  const app = new Hono<{ Bindings: HttpBindings }>({ strict: false })
  const server = await new Promise<Server>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(started as Server),
    )
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const oauth: AuthorizationServer = createAuthorizationServer({
    publicUrl: origin,
    mounts: [
      { path: '', connector: undefined },
      ...connectors.map(({ id }) => ({ path: `/${id}`, connector: id })),
    ],
    scopes,
    defaultScopes: scopes,
    clients: {
      allowedHosts: new Set(),
      allowedRedirects: new Set(['https://assistant.example.com/callback']),
    },
    store: createOAuthStore(store),
    connections,
    vault,
    lock,
    people,
    rate,
    clock,
    log,
    addressOf: () => '192.0.2.1',
    renderError: ({ reason, status }) => new Response(reason, { status }),
  })
  const around = {
    connectors,
    accountStore,
    environmentOf: () => environment,
    ceiling: scopes,
    accounts,
    vault,
    link,
    connections,
    tokens: createTokens({
      store: connections,
      ceiling: scopes,
      toolsets: new Set(connectors.flatMap(({ tools }) => tools.map(({ toolset }) => toolset))),
      clock,
    }),
    server: oauth,
    rate,
    clock,
  }
  const routes = [...consentRoutes(around), ...accessRoutes(around), ...accountsRoutes(around)]
  const visits = { people, log, publicUrl: () => origin, addressOf: () => '192.0.2.1' }
  for (const { method, path, open } of openRoutes(visits, routes)) {
    app.on(method, path, async ({ req, env }) => {
      const { incoming, outgoing } = env
      const answer = await open({
        request: req.raw,
        incoming,
        outgoing: outgoing as never,
        params: req.param(),
      })
      return answer ?? RESPONSE_ALREADY_SENT
    })
  }
  app.all('/oauth/*', async ({ env }) => {
    await oauth.handle(env.incoming, env.outgoing as never)
    return RESPONSE_ALREADY_SENT
  })
  app.get('/assets/:name', (c) => {
    const asset = assetAt(c.req.path)
    return asset === undefined ? c.notFound() : c.body(asset.body, 200, { 'content-type': asset.type })
  })

  return {
    ...around,
    origin,
    stage,
    people,
    owner: await claim(stage),
    /** A browser that this person has signed in with; anybody's without one. */
    browserOf(signedIn?: SignedIn, lang: 'ru' | 'en' = 'en') {
      const browser = createBrowser(origin, { lang })
      if (signedIn) browser.cookies.take(cookie(origin, 'session', signedIn.token), new URL(origin))
      return browser
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await accounts.close()
      await store.close()
    },
  }
}
