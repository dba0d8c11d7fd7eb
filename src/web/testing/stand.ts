import { scryptSync } from 'node:crypto'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HttpBindings, serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { assetAt } from '../../console/assets.ts'
import { AppError } from '../../kernel/errors.ts'
import { type Log, silentLog } from '../../kernel/log.ts'
import { createOwnCallRate } from '../../limits/own-call-rate.ts'
import { createPeople, type People } from '../../people/people.ts'
import type { Person } from '../../people/person.ts'
import { createPeopleStore } from '../../store/person-store.ts'
import { openStore, type Store } from '../../store/store.ts'
import { scratchFolder } from '../../store/testing/engines.ts'
import { joinRoutes } from '../join.ts'
import { openRoutes } from '../open-routes.ts'
import { passkeyRoutes } from '../passkeys.ts'
import { peopleRoutes } from '../people.ts'
import { profileRoutes } from '../profile.ts'
import { signInRoutes } from '../sign-in.ts'
import type { WebRoute } from '../visit.ts'

export interface Stand extends AsyncDisposable {
  /** Where it really listens. */
  readonly origin: string
  readonly people: People
  readonly store: Store
  /** Who was taken away, as `by id`. */
  readonly removed: readonly string[]
  /** Whose programs were disconnected. */
  readonly ended: readonly string[]
}

interface Wish {
  readonly adminPassword?: string
  /** What browsers are told; the address it listens at unless told. */
  readonly publicUrl?: string
  readonly log?: Log
  readonly routes?: readonly WebRoute[]
  /** By which name browsers reach it: an address of numbers cannot have passkeys. */
  readonly host?: 'localhost'
  readonly endAccessFails?: boolean
}

/** The sign-in side of the console over real HTTP, with real people in a real store. */
export async function openStand({
  adminPassword,
  publicUrl,
  log = silentLog,
  routes = [],
  host,
  endAccessFails = false,
}: Wish = {}): Promise<Stand> {
  const store = await openStore({ dataDir: await scratchFolder(), log: silentLog })
  const clock = { now: Date.now }
  let origin = ''
  const people = createPeople({
    store: createPeopleStore(store),
    adminPassword,
    origin: () => new URL(publicUrl ?? origin).origin,
    rate: createOwnCallRate(clock.now),
    clock,
    log: silentLog,
    // The real work takes a second of this machine for each sign-in; what is tested here is what comes before and after.
    scrypt: async (password, salt, length) => scryptSync(password, salt, length, { N: 16 }),
  })
  const removed: string[] = []
  const ended: string[] = []
  const around = {
    people,
    clock,
    log,
    publicUrl: () => publicUrl ?? origin,
    addressOf: () => '192.0.2.1',
    async removePerson(by: Person, id: string) {
      await people.remove(by, id)
      removed.push(`${by.id} ${id}`)
    },
    async endAccess(person: string) {
      if (endAccessFails) throw new AppError('unavailable', 'The store is away.')
      ended.push(person)
    },
  }
  const app = new Hono<{ Bindings: HttpBindings }>({ strict: false })
  const all = [
    ...signInRoutes(around),
    ...joinRoutes(around),
    ...passkeyRoutes(around),
    ...profileRoutes(around),
    ...peopleRoutes(around),
    ...routes,
  ]
  for (const { method, path, open } of openRoutes(around, all)) {
    app.on(method, path, async ({ req, env }) => {
      const { incoming, outgoing } = env
      const answer = await open({
        request: req.raw,
        incoming,
        outgoing: outgoing as ServerResponse,
        params: req.param(),
      })
      return answer ?? RESPONSE_ALREADY_SENT
    })
  }
  app.get('/assets/:name', (c) => {
    const asset = assetAt(c.req.path)
    return asset === undefined ? c.notFound() : c.body(asset.body, 200, { 'content-type': asset.type })
  })
  const server = await new Promise<Server>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(started as Server),
    )
  })
  origin = `http://${host ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`
  return {
    origin,
    people,
    store,
    removed,
    ended,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await store.close()
    },
  }
}
