import type { IncomingMessage } from 'node:http'
import { environmentAccounts } from '../accounts/environment-and-demo.ts'
import { openHandle } from '../accounts/handle.ts'
import type { ConnectionStore } from '../auth/connection.ts'
import { createAuthorizationServer } from '../auth/oauth/authorization-server.ts'
import { claimsOf } from '../auth/oauth/claims.ts'
import { createMetadata } from '../auth/oauth/metadata.ts'
import type { Problem } from '../auth/oauth/problem.ts'
import { createTokens } from '../auth/tokens.ts'
import type { Config } from '../config.ts'
import type { Mount } from '../http/routes.ts'
import type { SignIn } from '../http/sign-in.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Connector } from '../kernel/connector.ts'
import type { Log } from '../kernel/log.ts'
import { createRate } from '../limits/rate.ts'
import { createPeople } from '../people/people.ts'
import { createCallRateStore } from '../store/call-rate-store.ts'
import { createOAuthStore } from '../store/oauth-store.ts'
import { createPeopleStore } from '../store/person-store.ts'
import { authorizeErrorPage } from '../web/authorize-error.ts'
import { createWeb } from '../web/web.ts'
import { removePersonWith } from './remove-person.ts'
import type { State } from './state.ts'

interface Around extends Pick<State, 'store' | 'vault' | 'accounts' | 'accountStore' | 'link'> {
  readonly config: Config
  readonly connectors: readonly Connector[]
  readonly connections: ConnectionStore
  /** The scopes that anybody can have at most. */
  readonly ceiling: ReadonlySet<string>
  readonly toolsets: ReadonlySet<string>
  readonly mounts: readonly Mount[]
  readonly publicUrl: () => string
  readonly addressOf: (request: IncomingMessage) => string
  readonly clock: Clock
  readonly log: Log
}

const HOUR_MS = 60 * 60_000

/** People, the authorization server and the pages of both; loaded only where people sign in. */
export async function openSignIn(
  around: Around,
): Promise<SignIn & { setupUrl(): Promise<string | undefined> }> {
  const { config, connectors, store, connections, publicUrl, clock, log } = around
  const shared = store.engine === 'memory' ? undefined : createCallRateStore(store)
  const rate = createRate({ shared, what: 'sign-ins', longestMs: HOUR_MS, log })
  const people = createPeople({
    store: createPeopleStore(store),
    adminPassword: config.ADMIN_PASSWORD,
    origin: () => new URL(publicUrl()).origin,
    rate,
    clock,
    log,
  })
  const environment = environmentAccounts(config, connectors, around.link)
  const environmentOf = ({ id }: Connector) => {
    const account = environment.get(id)
    return account && openHandle(account)
  }
  const authorization = {
    ...around,
    publicUrl: publicUrl(),
    scopes: around.ceiling,
    // All that there is: the page of consent lets through no more than reading unless the person says so.
    defaultScopes: around.ceiling,
    clients: {
      allowedHosts: new Set(config.ALLOWED_CLIENTS),
      allowedRedirects: new Set(config.ALLOWED_REDIRECTS),
    },
    store: createOAuthStore(store),
    lock: around.link.lock,
    people,
    rate,
    renderError: (problem: Problem, request: IncomingMessage) =>
      authorizeErrorPage(publicUrl(), problem, request),
  }
  const server = createAuthorizationServer(authorization)
  const metadata = createMetadata(authorization)
  const web = createWeb({
    ...around,
    people,
    rate,
    environmentOf,
    server,
    tokens: createTokens({ ...around, store: connections }),
    removePerson: removePersonWith({ ...around, people }),
    endAccess: (personId) => connections.endAll(personId, clock.now()),
  })

  return {
    metadata: (path, query) => metadata.at(path + query),
    oauth: (request, response) => server.handle(request, response),
    pages: web.routes,
    async userinfo({ userId, scopes }) {
      const person = await people.find(userId)
      if (person === undefined || !scopes.has('openid')) return needsOpenId()
      return Response.json(claimsOf(person, scopes), { headers: { 'cache-control': 'no-store' } })
    },
    async setupUrl() {
      try {
        if (await people.isClaimed()) return undefined
        return `${publicUrl()}/console/setup/${await people.setupKey()}`
      } catch (err) {
        log.warn({ err }, 'no link to set the password')
        return undefined
      }
    },
  }
}

/** RFC 6750 §3.1. */
function needsOpenId(): Response {
  const challenge = 'Bearer realm="mostik", error="insufficient_scope", scope="openid"'
  const body = { error: 'not_allowed', message: 'The token does not have the scope openid.' }
  return Response.json(body, { status: 403, headers: { 'www-authenticate': challenge } })
}
