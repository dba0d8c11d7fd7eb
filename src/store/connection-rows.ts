import type { Connection, KnownToken } from '../auth/connection.ts'
import type { Tables } from './tables.ts'

/** All but the hash of its token. */
export const CONNECTION = [
  'connection.id',
  'connection.kind',
  'connection.owner',
  'connection.client_id',
  'connection.name',
  'connection.vendor',
  'connection.host',
  'connection.mount',
  'connection.scopes',
  'connection.accounts',
  'connection.toolsets',
  'connection.created_at',
  'connection.expires_at',
  'connection.used_at',
  'connection.ended_at',
  'connection.end_reason',
] as const

type Selected = Omit<Tables['connection'], 'token_hash'>

export function toRow(connection: Connection, tokenHash: string | undefined): Tables['connection'] {
  const { clientId, vendor, scopes, accounts, toolsets, createdAt, expiresAt, usedAt, endedAt, endReason } =
    connection
  const { id, kind, owner, name, host, mount } = connection
  return {
    id,
    kind,
    owner,
    client_id: clientId,
    name,
    vendor: vendor ?? null,
    host,
    mount,
    scopes: JSON.stringify(scopes),
    accounts: accounts === undefined ? null : JSON.stringify(accounts),
    toolsets: toolsets === undefined ? null : JSON.stringify(toolsets),
    token_hash: tokenHash ?? null,
    created_at: createdAt,
    expires_at: expiresAt ?? null,
    used_at: usedAt ?? null,
    ended_at: endedAt ?? null,
    end_reason: endReason ?? null,
  }
}

export function fromRow(row: Selected): Connection {
  const { id, kind, owner, name, host, mount } = row
  return {
    id,
    kind: kind as Connection['kind'],
    owner,
    clientId: row.client_id,
    name,
    vendor: row.vendor ?? undefined,
    host,
    mount,
    scopes: JSON.parse(row.scopes),
    accounts: row.accounts === null ? undefined : JSON.parse(row.accounts),
    toolsets: row.toolsets === null ? undefined : JSON.parse(row.toolsets),
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    usedAt: row.used_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    endReason: (row.end_reason as Connection['endReason'] | null) ?? undefined,
  }
}

/** A personal token has the scopes of its connection; one of the authorization server says its own. */
export function known({ payload, good_until, ...row }: Selected & Token): KnownToken {
  const connection = fromRow(row)
  if (payload === null) return { connection, scopes: connection.scopes, expiresAt: undefined }
  const { scope = '' } = JSON.parse(payload) as { scope?: string }
  return { connection, scopes: scope.split(' ').filter(Boolean), expiresAt: good_until ?? undefined }
}

interface Token {
  readonly payload: string | null
  readonly good_until: number | null
}
