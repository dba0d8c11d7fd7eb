import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError } from '../../../kernel/errors.ts'
import type { Log } from '../../../kernel/log.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createOwnCallRate } from '../../../limits/own-call-rate.ts'
import { createLocks } from '../../../locks/locks.ts'
import type { Person } from '../../../people/person.ts'
import { createConnectionStore } from '../../../store/connection-store.ts'
import { createLockStore } from '../../../store/lock-store.ts'
import { createOAuthStore } from '../../../store/oauth-store.ts'
import { createSecretStore } from '../../../store/secret-store.ts'
import type { Store } from '../../../store/store.ts'
import { givenMasterKeys, masterKeyOf } from '../../../vault/master-key.ts'
import { createVault } from '../../../vault/vault.ts'
import type { Around } from '../around.ts'
import { type AuthorizationServer, type Choice, createAuthorizationServer } from '../authorization-server.ts'
import { createMetadata } from '../metadata.ts'

/** Where everybody knows the servers of a stage; only the flows here know which of them answers. */
export const PUBLIC_URL = 'http://127.0.0.1:65000'
export const MOUNTS = [
  { path: '', connector: undefined },
  { path: '/amocrm', connector: 'amocrm' },
]
export const SCOPES = new Set(['amocrm:read', 'amocrm:write', 'telegram:read'])

const MASTER = givenMasterKeys(masterKeyOf('the master key of these tests'))

export interface StageClock {
  now(): number
  /** Ahead of the real time. */
  ahead: number
}

export function stageClock(): StageClock {
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead }
  return clock
}

/** What the person does when they are asked: grants, or refuses. */
type Decide = (scopes: readonly string[]) => Choice | 'deny'

export interface Replica {
  /** Where it really listens. */
  readonly at: string
  readonly server: AuthorizationServer
  /** Who is signed in, in every browser. */
  personId: string
  decide: Decide
  close(): Promise<void>
}

interface Wishes extends Partial<Omit<Around, 'store'>> {
  readonly clock?: StageClock
  readonly log?: Log
}

/** One server over a store, whose pages sign in and consent by themselves. Several over one store are replicas. */
export async function startReplica(store: Store, wishes: Wishes = {}): Promise<Replica> {
  const { clock = stageClock(), log = silentLog, publicUrl = PUBLIC_URL } = wishes
  const locks = createLocks({ shared: createLockStore(store), leaseMs: 2_000, log: silentLog })
  const server = createAuthorizationServer({
    publicUrl,
    mounts: MOUNTS,
    scopes: SCOPES,
    defaultScopes: new Set(['amocrm:read', 'telegram:read']),
    clients: { allowedHosts: new Set(), allowedRedirects: new Set() },
    store: createOAuthStore(store),
    connections: createConnectionStore(store, clock),
    vault: createVault({ masterKeys: MASTER, secrets: createSecretStore(store, clock) }),
    lock: locks,
    people: { find: async (id) => PEOPLE.find((person) => person.id === id) },
    rate: createOwnCallRate(clock.now),
    clock,
    log,
    addressOf: () => '127.0.0.1',
    renderError: (problem) => Response.json(problem, { status: problem.status }),
    ...wishes,
  })
  const metadata = createMetadata({ publicUrl, mounts: MOUNTS, scopes: SCOPES })
  const replica: Replica = {
    at: '',
    server,
    personId: 'owner',
    decide: (scopes) => ({ scopes }),
    async close() {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/'
    if (path.startsWith('/oauth/interaction/')) return interact(replica, request, response)
    const document = metadata.at(path)
    if (document === undefined) return server.handle(request, response)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(document))
  }

  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.statusCode = error instanceof AppError ? 400 : 500
      response.end(JSON.stringify({ thrown: String(error), cause: causeOf(error) }))
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return Object.assign(replica, { at: `http://127.0.0.1:${(http.address() as AddressInfo).port}` })
}

async function interact(replica: Replica, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { server, personId, decide } = replica
  const { prompt, scopes } = await server.asking(request, response)
  if (prompt === 'login') return server.signIn(request, response, personId)
  const choice = decide(scopes)
  if (choice === 'deny') return server.deny(request, response)
  return server.allow(request, response, personId, choice)
}

function causeOf(error: unknown): unknown {
  return error instanceof AppError ? error.cause : undefined
}

const PEOPLE: readonly Person[] = ['owner', 'anna'].map((id) => ({
  id,
  login: `${id}@example.ru`,
  name: id === 'owner' ? 'Владелец' : 'Анна',
  role: id === 'owner' ? 'owner' : 'member',
  invitedBy: id === 'owner' ? undefined : 'owner',
  createdAt: 0,
  hasPassword: true,
}))
