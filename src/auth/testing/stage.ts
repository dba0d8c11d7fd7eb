import { hash, randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { type Log, silentLog } from '../../kernel/log.ts'
import { createConnectionStore } from '../../store/connection-store.ts'
import { openStore } from '../../store/store.ts'
import type { Connection, ConnectionStore } from '../connection.ts'
import { createGate, type GateOptions } from '../gate.ts'

export const NOW = Date.UTC(2026, 10, 20)
export const HOUR = 60 * 60_000

function connectionOf(id: string, changes: Partial<Connection> = {}): Connection {
  return {
    id,
    kind: 'oauth',
    owner: 'owner',
    clientId: 'https://client.example.com/client.json',
    name: 'Client',
    vendor: undefined,
    host: 'client.example.com',
    mount: '',
    scopes: ['amocrm:read', 'amocrm:write'],
    accounts: undefined,
    toolsets: undefined,
    createdAt: NOW,
    expiresAt: undefined,
    usedAt: undefined,
    endedAt: undefined,
    endReason: undefined,
    ...changes,
  }
}

/** A real store in memory, gates on it, and a clock that only the test moves. */
export async function openStage(
  around: { log?: Log; through?: (store: ConnectionStore) => ConnectionStore } = {},
) {
  const { log = silentLog, through = (same) => same } = around
  const time = { now: NOW }
  const clock = { now: () => time.now }
  const store = await openStore({ log })
  onTestFinished(() => store.close())
  const connections = through(createConnectionStore(store, clock))
  const db = await store.db()

  return {
    connections,
    clock,
    later(ms: number) {
      time.now += ms
    },
    gate(options: Partial<GateOptions> = {}) {
      const gate = createGate({
        mode: 'oauth',
        store: connections,
        ceiling: new Set(['amocrm:read', 'amocrm:write', 'lab:read']),
        publicUrl: () => 'https://crm.example.com',
        clock,
        log,
        ...options,
      })
      onTestFinished(() => gate.close())
      return gate
    },
    /** An authorization with one access token. */
    async authorize(id: string, changes: Partial<Connection> = {}, scope?: string, goodFor = HOUR) {
      const connection = connectionOf(id, changes)
      await connections.add(connection)
      const token = randomBytes(32).toString('base64url')
      const payload = JSON.stringify({ grantId: id, scope: scope ?? connection.scopes.join(' ') })
      const record = { model: 'AccessToken', id: hash('sha256', token, 'base64url'), payload, grant_id: id }
      const rest = { uid: null, consumed_at: null, expires_at: time.now + goodFor }
      await db
        .insertInto('oauth_record')
        .values({ ...record, ...rest })
        .execute()
      return token
    },
    async personal(id: string, changes: Partial<Connection> = {}) {
      const token = `mostik_${randomBytes(32).toString('base64url')}`
      const connection = connectionOf(id, { kind: 'token', clientId: '', host: '', ...changes })
      await connections.add(connection, hash('sha256', token, 'base64url'))
      return token
    },
    async addPerson(id: string) {
      const common = { role: 'member', invited_by: 'owner', password: null, created_at: NOW }
      await db
        .insertInto('person')
        .values({ id, login: id, login_key: id, name: id, ...common })
        .execute()
    },
    removePerson: (id: string) => db.deleteFrom('person').where('id', '=', id).execute(),
  }
}
