import { existsSync, readdirSync } from 'node:fs'
import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, it } from 'vitest'
import * as all from '../src/connectors/index.ts'
import type { Connector } from '../src/kernel/connector.ts'
import { createCatalog, type Entry } from '../src/mcp/catalog.ts'

const connectors: Connector[] = Object.values(all)
const { entries } = createCatalog(connectors)
const rows = entries.map((entry) => [entry.tool.name, entry] as const)

/** ChatGPT's contract: these two stand unprefixed. */
const UNPREFIXED = ['search', 'fetch']
const VERBS = [
  'get',
  'list',
  'search',
  'find',
  'read',
  'create',
  'update',
  'add',
  'undo',
  'send',
  'edit',
  'delete',
]

function sourceOf({ tool, subject }: Entry): string {
  const name = UNPREFIXED.includes(tool.name) ? tool.name : tool.name.slice(subject.connector.length + 1)
  return `src/connectors/${subject.connector}/tools/${name.replaceAll('_', '-')}`
}

interface Schema {
  type?: string
  description?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
}

/** Paths of the fields that say nothing of themselves. */
function undescribed(schema: Schema, path = ''): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = `${path}.${name}`
    return [...(field.description === undefined ? [here] : []), ...undescribed(field, here)]
  })
  const inner = [schema.items, ...(schema.anyOf ?? [])].flatMap((part) =>
    part ? undescribed(part, `${path}[]`) : [],
  )
  return [...own, ...inner]
}

describe.each(rows)('%s', (name, entry) => {
  const { tool, listing, subject } = entry

  it('is named after its connector and a verb from the closed list', () => {
    if (UNPREFIXED.includes(name)) return
    const [connector, verb, noun] = name.split('_')
    expect(connector).toBe(subject.connector)
    expect(VERBS).toContain(verb)
    expect(noun).toBeTruthy()
    expect(name).toMatch(/^[a-z_]{1,64}$/)
  })

  it('lives in the file of its name, tested beside itself', () => {
    expect(existsSync(`${sourceOf(entry)}.ts`), sourceOf(entry)).toBe(true)
    expect(existsSync(`${sourceOf(entry)}.test.ts`), `${sourceOf(entry)}.test.ts`).toBe(true)
  })

  it('describes itself and every field, briefly', () => {
    expect(listing.title.length).toBeGreaterThan(3)
    expect(listing.description.length).toBeGreaterThan(20)
    expect(listing.description.length).toBeLessThanOrEqual(1024)
    expect(undescribed(listing.inputSchema as Schema)).toEqual([])
    expect(undescribed(listing.outputSchema as Schema)).toEqual([])
  })

  it('has annotations that agree with its access class', () => {
    const { readOnlyHint, destructiveHint, openWorldHint, idempotentHint } = listing.annotations
    expect(readOnlyHint).toBe(tool.access === 'read')
    expect(destructiveHint).toBe(tool.access === 'destroy')
    expect(openWorldHint).toBe(tool.access === 'send')
    if (readOnlyHint) expect(idempotentHint).toBe(true)
  })

  it('has an input that every client can send: an object without unions at the top', () => {
    expect(listing.inputSchema).toMatchObject({ type: 'object' })
    expect(listing.outputSchema).toMatchObject({ type: 'object' })
  })

  it('is the reviewed public surface', async () => {
    const surface = { ...listing, access: tool.access, toolset: tool.toolset, aliases: tool.aliases ?? [] }
    await expect(`${JSON.stringify(surface, null, 2)}\n`).toMatchFileSnapshot(`./catalog/${name}.json`)
  })
})

describe('the catalog', () => {
  const tokens = encode(JSON.stringify(entries.map(({ listing }) => listing))).length

  it('has no snapshot of a tool that is gone', () => {
    expect(readdirSync('test/catalog').sort()).toEqual(rows.map(([name]) => `${name}.json`).sort())
  })

  it('stays within the budget: 36 tools, 10 000 tokens', () => {
    expect(entries.length).toBeLessThanOrEqual(36)
    expect(tokens).toBeLessThanOrEqual(10_000)
  })

  it('stays within 420 tokens for a tool on average, so that the later ones find room', () => {
    expect(tokens / entries.length).toBeLessThanOrEqual(420)
  })

  it('knows the names of the earlier servers', () => {
    const { find } = createCatalog(connectors)
    const names = [
      'get_account',
      'search_contacts',
      'create_lead',
      'update_contact',
      'create_task',
      'get_pipelines',
    ]
    expect(names.filter((name) => find(name) === undefined)).toEqual([])
  })

  it('refuses two tools of one name', () => {
    expect(() => createCatalog([...connectors, ...connectors])).toThrow(/claim the name/)
  })
})
