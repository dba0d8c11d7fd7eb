import type { Caller } from '../kernel/caller.ts'
import { isAllowed } from '../policy/decide.ts'
import type { Narrowing } from '../policy/narrowing.ts'
import type { Catalog, Listing } from './catalog.ts'

/** What one grant sees of the catalog. The list is turned to bytes once: the same grant gets the same bytes. */
export interface View {
  readonly listings: readonly Listing[]
  /** The JSON array of `tools/list`. */
  readonly toolsJson: string
}

/** Views are few (scopes × narrowing); the bound only stops a client that invents addresses. */
const MAX_VIEWS_PER_GRANT = 256

export function createViews(catalog: Catalog): (caller: Caller, narrowing: Narrowing) => View {
  const grants = new WeakMap<ReadonlySet<string>, Map<string, View>>()
  return (caller, narrowing) => {
    let views = grants.get(caller.scopes)
    if (views === undefined) {
      views = new Map()
      grants.set(caller.scopes, views)
    }
    const key = keyOf(narrowing)
    let view = views.get(key)
    if (view === undefined) {
      if (views.size >= MAX_VIEWS_PER_GRANT) views.clear()
      view = createView(catalog, caller, narrowing)
      views.set(key, view)
    }
    return view
  }
}

function createView(catalog: Catalog, caller: Caller, narrowing: Narrowing): View {
  const listings = catalog.entries
    .filter(({ subject }) => isAllowed(caller, narrowing, subject))
    .map(({ listing }) => listing)
  return { listings, toolsJson: JSON.stringify(listings) }
}

function keyOf({ connector, toolsets, readOnly }: Narrowing): string {
  if (toolsets === undefined) return `${connector ?? ''}|${readOnly}`
  return `${connector ?? ''}|${readOnly}|${[...toolsets].sort().join(',')}`
}
