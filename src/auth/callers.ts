import type { Caller } from '../kernel/caller.ts'
import { resourceMetadata } from './challenge.ts'
import type { Connection, KnownToken } from './connection.ts'
import { isIdentityScope } from './scopes.ts'

/** Makes callers of tokens that are good. */
export interface Callers {
  /** The same object for the same token and path. */
  of(token: KnownToken, path: string): Caller
  /** The id of the connection that a caller was made of. */
  connectionOf(caller: Caller): string | undefined
}

export function createCallers(around: { ceiling: ReadonlySet<string>; publicUrl: () => string }): Callers {
  const { ceiling, publicUrl } = around
  const intern = createInterning()
  const made = new WeakMap<KnownToken, { readonly path: string; readonly caller: Caller }>()
  const connections = new WeakMap<Caller, string>()

  function callerOf({ connection, scopes }: KnownToken, path: string): Caller {
    const { id, owner, kind, accounts, toolsets } = connection
    const granted = new Set(connection.scopes)
    const effective = scopes.filter(
      (scope) => isIdentityScope(scope) || (granted.has(scope) && ceiling.has(scope)),
    )
    return {
      userId: owner,
      clientId: `${slugOf(connection)}/${id}`,
      scopes: intern(effective),
      ...(toolsets !== undefined && { toolsets: intern(toolsets) }),
      ...(accounts !== undefined && { accounts: intern(accounts) }),
      ...(kind === 'oauth' && { resourceMetadata: resourceMetadata(publicUrl(), path) }),
    }
  }

  return {
    of(token, path) {
      const before = made.get(token)
      if (before?.path === path) return before.caller
      const caller = callerOf(token, path)
      made.set(token, { path, caller })
      connections.set(caller, token.connection.id)
      return caller
    },
    connectionOf: (caller) => connections.get(caller),
  }
}

const MAX_SETS = 10_000

/** Equal sets become one object: what is computed for a grant is computed once for all who have the same. */
function createInterning(): (names: readonly string[]) => ReadonlySet<string> {
  const sets = new Map<string, ReadonlySet<string>>()
  return (names) => {
    const sorted = [...new Set(names)].sort()
    const key = JSON.stringify(sorted)
    let set = sets.get(key)
    if (set === undefined) {
      if (sets.size >= MAX_SETS) sets.clear()
      set = new Set(sorted)
      sets.set(key, set)
    }
    return set
  }
}

/** What stands before the id in logs and in the journal, so that a person can tell programs apart. */
function slugOf({ kind, vendor, host, name }: Connection): string {
  const text = vendor ?? (kind === 'oauth' ? host : name)
  const slug = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]+/gu, '-')
    .slice(0, 40)
  return slug.replace(/^-+|-+$/g, '') || kind
}
