import type { Caller } from '../kernel/caller.ts'
import { isAllowed, scopeOf } from '../policy/decide.ts'
import type { Narrowing } from '../policy/narrowing.ts'
import type { Catalog, Listing } from './catalog.ts'
import { listedWithScopes } from './security-schemes.ts'
import { listedWithAccounts } from './shared-arguments.ts'

/** What one grant sees of the catalog. The list is turned to bytes once: the same grant gets the same bytes. */
export interface View {
  readonly listings: readonly Listing[]
  /** The JSON array of `tools/list`. */
  readonly toolsJson: string
}

export type ViewOf = (caller: Caller, narrowing: Narrowing) => View | Promise<View>

/** Views are few (scopes × narrowing × accounts); the bound only stops a client that invents addresses. */
const MAX_VIEWS_PER_GRANT = 256

/** The names of the caller's accounts of this connector, the default first, when there are several; else nothing. */
type Several = (caller: Caller, connector: string) => readonly string[]

export function createViews(
  catalog: Catalog,
  several: Several = () => [],
): (caller: Caller, narrowing: Narrowing) => View {
  const connectors = new Set(catalog.entries.map(({ subject }) => subject.connector))
  const grants = new WeakMap<ReadonlySet<string>, Map<string, View>>()
  return (caller, narrowing) => {
    let views = grants.get(caller.scopes)
    if (views === undefined) {
      views = new Map()
      grants.set(caller.scopes, views)
    }
    const accounts = new Map<string, readonly string[]>()
    for (const id of connectors) {
      const names = several(caller, id)
      if (names.length > 0) accounts.set(id, names)
    }
    const own = `${keyOf(narrowing)}${restOf(caller)}`
    const key = accounts.size === 0 ? own : `${own}|${JSON.stringify([...accounts])}`
    let view = views.get(key)
    if (view === undefined) {
      if (views.size >= MAX_VIEWS_PER_GRANT) views.clear()
      view = createView(catalog, caller, narrowing, accounts)
      views.set(key, view)
    }
    return view
  }
}

function createView(
  catalog: Catalog,
  caller: Caller,
  narrowing: Narrowing,
  accounts: ReadonlyMap<string, readonly string[]>,
): View {
  const listings = catalog.entries
    .filter(({ subject }) => isAllowed(caller, narrowing, subject))
    .map(({ listing, takesAccount, subject }) => {
      const names = takesAccount ? accounts.get(subject.connector) : undefined
      const listed = names === undefined ? listing : listedWithAccounts(listing, names)
      return caller.resourceMetadata === undefined ? listed : listedWithScopes(listed, scopeOf(subject))
    })
  return { listings, toolsJson: JSON.stringify(listings) }
}

function keyOf({ connector, toolsets, readOnly }: Narrowing): string {
  if (toolsets === undefined) return `${connector ?? ''}|${readOnly}`
  return `${connector ?? ''}|${readOnly}|${[...toolsets].sort().join(',')}`
}

/** What else of a caller decides over its list, beside its scopes and accounts. */
function restOf({ toolsets, resourceMetadata }: Caller): string {
  if (toolsets === undefined && resourceMetadata === undefined) return ''
  return `|${resourceMetadata !== undefined}|${toolsets === undefined ? '*' : JSON.stringify([...toolsets].sort())}`
}
