import type { RestTools } from '../http/rest.ts'
import type { Caller } from '../kernel/caller.ts'
import { AppError } from '../kernel/errors.ts'
import type { Outcome } from '../kernel/outcome.ts'
import type { ToolCalls } from '../mcp/call-tool.ts'
import type { Catalog } from '../mcp/catalog.ts'
import { readBody } from '../mcp/inbound.ts'
import type { View, ViewOf } from '../mcp/views.ts'
import { type Narrowing, readNarrowing, wholeSurface } from '../policy/narrowing.ts'

/** The tools for those who speak no MCP: over REST, and one call of the owner from the command line. */
export function createPlainTools(around: {
  catalog: Catalog
  viewOf: ViewOf
  knownView(caller: Caller, narrowing: Narrowing): View
  calls: ToolCalls
}) {
  const { catalog, viewOf, knownView, calls } = around
  const tools = catalog.entries.map(({ listing, subject }) => ({ ...listing, access: subject.access }))
  const narrowingOf = (query: URLSearchParams) => readNarrowing(undefined, query, catalog.toolsets)

  function call(name: string, asked: Asked): Promise<Outcome> {
    const { caller, signal } = asked
    const entry = catalog.find(name)
    if (entry === undefined) {
      calls.refuseUnknown(caller)
      throw new AppError('not_found', 'There is no tool of this name.', {
        hint: 'GET /api/tools lists the names.',
      })
    }
    return calls.callTool({
      ...asked,
      entry,
      signal: () => signal,
      isCancelled: () => signal.aborted,
      progress() {},
    })
  }

  function listed({ listings }: View) {
    const byName = new Map(listings.map((listing) => [listing.name, listing]))
    return tools.flatMap((tool) => {
      const listing = byName.get(tool.name)
      return listing === undefined ? [] : [{ ...tool, ...listing }]
    })
  }

  const rest: RestTools = {
    list: async (caller, query) => listed(await viewOf(caller, narrowingOf(query))),
    call: (name, { query, ...asked }) => call(name, { ...asked, narrowing: narrowingOf(query) }),
    readBody,
  }
  return {
    rest,
    /** As `rest.list`, from what is known already: for pages. */
    known: (caller: Caller, query: URLSearchParams) => listed(knownView(caller, narrowingOf(query))),
    /** One call as this caller, outside any protocol. */
    call: (name: string, input: unknown, caller: Caller, signal: AbortSignal) =>
      call(name, { input, caller, narrowing: wholeSurface, signal }),
  }
}

interface Asked {
  readonly input: unknown
  readonly caller: Caller
  readonly narrowing: Narrowing
  readonly signal: AbortSignal
  readonly key?: string | undefined
}
