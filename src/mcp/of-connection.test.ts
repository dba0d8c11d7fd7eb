import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Caller, callerKey } from '../kernel/caller.ts'
import type { Access } from '../kernel/tool.ts'
import type { Narrowing } from '../policy/narrowing.ts'
import { type LabTool, nameOf, openLab, serveLab } from './testing/lab.ts'

const CONNECTORS = ['lab', 'other']
const TOOLSETS = ['main', 'more', 'raw']
const ACCESS: Access[] = ['read', 'draft', 'write', 'send', 'destroy']
const tools: LabTool[] = CONNECTORS.flatMap((connector) =>
  TOOLSETS.flatMap((toolset) =>
    ACCESS.map((access) => ({ connector, toolset: `${connector}${toolset}`, access })),
  ),
)
const toolsets = tools.map(({ toolset }) => toolset)
const scopes = CONNECTORS.flatMap((connector) => ACCESS.map((access) => `${connector}:${access}`))

/** Equal sets are one object, as the gate makes them: what is kept for a grant is found again. */
const interned = new Map<string, Set<unknown>>()
function intern<T>(chosen: readonly T[]): Set<T> {
  const key = JSON.stringify(chosen)
  const set = interned.get(key) ?? new Set(chosen)
  interned.set(key, set)
  return set as Set<T>
}

const someOf = <T>(all: readonly T[]) => fc.subarray([...new Set(all)]).map(intern)
/** Few, so that callers with the same scopes and other toolsets meet. */
const fewScopes = fc.constantFrom(scopes, scopes.slice(0, 3), scopes.slice(2)).map(intern)
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined })
const anyCaller: fc.Arbitrary<Caller> = fc
  .record({
    scopes: fc.oneof(someOf(scopes), fewScopes),
    toolsets: maybe(someOf(toolsets)),
    canAsk: fc.boolean(),
  })
  .map(({ scopes, toolsets, canAsk }) => ({
    userId: 'owner',
    clientId: 'client/1',
    scopes,
    ...(toolsets && { toolsets }),
    ...(canAsk && { resourceMetadata: 'https://crm.example.com/.well-known/oauth-protected-resource/mcp' }),
  }))
const anyNarrowing: fc.Arbitrary<Narrowing> = fc.record({
  connector: maybe(fc.constantFrom(...CONNECTORS)),
  toolsets: maybe(someOf(toolsets)),
  readOnly: fc.boolean(),
})

/** The rule in other words than the product's: what is left after everything is taken away. */
function allowed(caller: Caller, narrowing: Narrowing): string[] {
  return tools
    .filter(({ connector, access }) => caller.scopes.has(`${connector}:${access}`))
    .filter(({ toolset }) => caller.toolsets?.has(toolset) ?? true)
    .filter(({ toolset }) => narrowing.toolsets?.has(toolset) ?? true)
    .filter(({ connector }) => connector === (narrowing.connector ?? connector))
    .filter(({ access }) => access === 'read' || !narrowing.readOnly)
    .map(nameOf)
}

it('no caller sees or reaches a tool or toolset outside its connection, and every one sees and reaches all inside', async () => {
  const ceiling = new Set(scopes.filter((scope) => !scope.endsWith(':destroy')))
  const { viewOf, calls, catalog, noted } = await openLab(tools, ceiling)
  await fc.assert(
    fc.asyncProperty(anyCaller, anyNarrowing, fc.constantFrom(...tools), async (caller, narrowing, tool) => {
      const inside = allowed(caller, narrowing)
      const view = viewOf(caller, narrowing)
      expect(view.listings.map(({ name }) => name)).toEqual(inside)
      const saysScopes = caller.resourceMetadata !== undefined
      expect(view.listings.filter((one) => one.securitySchemes !== undefined)).toHaveLength(
        saysScopes ? inside.length : 0,
      )
      expect(JSON.parse(view.toolsJson).length).toBe(inside.length)
      const { resourceMetadata: _, ...deaf } = caller
      expect(viewOf(deaf, narrowing).toolsJson).not.toContain('securitySchemes')
      expect(viewOf({ ...caller }, { ...narrowing }), 'the same for the same grant').toBe(view)

      const entry = catalog.find(nameOf(tool))
      if (entry === undefined) throw new Error('no tool')
      const { signal } = new AbortController()
      const [cancel, progress] = [() => false, () => undefined]
      const one = { entry, caller, narrowing, input: {}, signal: () => signal, isCancelled: cancel, progress }
      noted.length = 0
      const outcome = await calls.callTool(one)
      const isInside = inside.includes(nameOf(tool))
      expect(outcome.ok).toBe(isInside)
      expect(noted).toMatchObject([{ tool: nameOf(tool), decision: isInside ? 'allowed' : 'refused' }])
      if (outcome.ok) return
      expect(outcome.failure.kind).toBe('not_allowed')
      const needed = `${tool.connector}:${tool.access}`
      const withScope = { ...caller, scopes: new Set([...caller.scopes, needed]) }
      const wouldHelp = allowed(withScope, narrowing).includes(nameOf(tool))
      const mayAsk = wouldHelp && ceiling.has(needed) && caller.resourceMetadata !== undefined
      expect(outcome.challenge !== undefined, 'asks for more only where more can be had').toBe(mayAsk)
    }),
    { numRuns: 300 },
  )
})

it('callers who take turns over one server get what is theirs, each time', async () => {
  const lab = await openLab(tools, new Set(scopes))
  const callers: Record<string, Caller> = Object.fromEntries(
    TOOLSETS.map((toolset, index) => [
      toolset,
      {
        userId: 'owner',
        clientId: `client/${index}`,
        scopes: new Set([`lab:${ACCESS[index] ?? 'read'}`, 'other:read']),
        toolsets: new Set([`lab${toolset}`, 'othermain']),
      },
    ]),
  )
  expect(new Set(Object.values(callers).map(callerKey)).size).toBe(3)
  const base = await serveLab(lab, callers)
  const list = async (caller: string) => {
    const headers = { 'content-type': 'application/json', 'x-caller': caller }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
    const answer = await fetch(`${base}/mcp`, { method: 'POST', headers, body })
    const { result } = (await answer.json()) as { result: { tools: { name: string }[] } }
    return result.tools.map(({ name }) => name)
  }
  await Promise.all(
    Array.from({ length: 60 }, async (_, turn) => {
      const name = TOOLSETS[turn % 3] ?? ''
      const access = ACCESS[turn % 3]
      expect(await list(name)).toEqual([`lab_get_lab${name}${access}`, 'other_get_othermainread'])
    }),
  )
})
