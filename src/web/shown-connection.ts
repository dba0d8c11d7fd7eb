import type { Connection } from '../auth/connection.ts'
import type { Language } from '../console/language.ts'
import type { ShownConnection } from '../console/pages/connection-card.ts'
import type { Connector } from '../kernel/connector.ts'
import type { PersonAccount } from './person-accounts.ts'
import { rightGroups } from './rights.ts'

/** A connection in the words of its person. */
export function shownConnection(
  connection: Connection,
  around: {
    lang: Language
    /** Unix ms. */
    now: number
    connectors: readonly Connector[]
    /** What anybody can have at most: a connection may have been given more once. */
    ceiling: ReadonlySet<string>
    accounts: readonly PersonAccount[]
  },
): ShownConnection {
  const { lang, now, connectors, ceiling, accounts } = around
  const { id, kind, name, vendor, host, mount, createdAt, usedAt, expiresAt } = connection
  const reachable = connectors.filter((connector) => mount === '' || mount === `/${connector.id}`)
  const scopes = new Set(connection.scopes.filter((scope) => ceiling.has(scope)))
  const known = accounts.filter(({ ref }) => connection.accounts?.includes(ref))
  return {
    id,
    kind,
    name,
    vendor,
    host,
    isLoopback: /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host),
    groups: rightGroups(scopes, reachable, lang),
    accounts: connection.accounts && known.map(({ label }) => label),
    goneAccounts: (connection.accounts?.length ?? 0) - known.length,
    toolsets: connection.toolsets?.map((toolset) => toolsetName(toolset, reachable, lang)),
    createdAt,
    usedAt,
    expiresAt,
    ...stateOf(connection, now),
  }
}

function stateOf({ endedAt, endReason, expiresAt }: Connection, now: number) {
  if (endedAt !== undefined) return { state: endReason ?? 'revoked', overAt: endedAt } as const
  if (expiresAt !== undefined && expiresAt <= now) return { state: 'expired', overAt: expiresAt } as const
  return { state: 'live', overAt: undefined } as const
}

function toolsetName(toolset: string, connectors: readonly Connector[], lang: Language): string {
  const named = connectors.find(({ words }) => words.toolsets[toolset] !== undefined)
  return named?.words.toolsets[toolset]?.[lang] ?? toolset
}
