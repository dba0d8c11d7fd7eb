import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, it } from 'vitest'
import { ownerScopes } from '../auth/scopes.ts'
import * as all from '../connectors/index.ts'
import type { Connector } from '../kernel/connector.ts'
import { wholeSurface } from '../policy/narrowing.ts'
import { createCatalog } from './catalog.ts'
import { readArguments } from './read-arguments.ts'
import { createViews } from './views.ts'

const connectors: Connector[] = Object.values(all)
const catalog = createCatalog(connectors)
const caller = { userId: 'owner', clientId: 'tests', scopes: ownerScopes(connectors, false) }

interface Schema {
  properties: Record<string, { type?: string; description?: string }>
  required?: string[]
  additionalProperties?: boolean
}

function viewWith(names: readonly string[]) {
  return createViews(catalog, (_caller, connector) => (connector === 'amocrm' ? names : []))(
    caller,
    wholeSurface,
  )
}

function accountIn(view: ReturnType<typeof viewWith>, name: string) {
  const schema = view.listings.find((one) => one.name === name)?.inputSchema as Schema | undefined
  return schema?.properties.account
}

describe('the list for somebody with one account', () => {
  it('is the catalog as it is reviewed, without an account to choose', () => {
    expect(viewWith([]).listings).toEqual(catalog.entries.map(({ listing }) => listing))
    expect(viewWith([]).toolsJson).not.toContain('"account":')
  })
})

describe('the list for somebody with several accounts', () => {
  const view = viewWith(['Север', 'firm', 'Юг'])

  it('lets every tool of the connector name the account, says which there are, and requires none', () => {
    for (const { name, inputSchema } of view.listings.filter((one) => one.name.startsWith('amocrm_'))) {
      const { properties, required = [], additionalProperties } = inputSchema as unknown as Schema
      expect(properties.account).toEqual({
        type: 'string',
        description: 'The account to work in: Север (default), firm, Юг.',
      })
      expect(required).not.toContain('account')
      expect(additionalProperties).toBe(false)
      expect(Object.keys(properties).at(-1), name).toBe('account')
    }
  })

  it("leaves the shapes of ChatGPT's search and fetch alone", () => {
    for (const name of ['search', 'fetch']) expect(accountIn(view, name)).toBeUndefined()
  })

  it('stays within the budget of the whole list, and names ten accounts of thirty', () => {
    const many = viewWith(Array.from({ length: 30 }, (_, index) => `Филиал номер ${index + 1}`))
    expect(accountIn(many, 'amocrm_create_lead')?.description).toMatch(/Филиал номер 10 and 20 more\.$/)
    expect(encode(many.toolsJson).length).toBeLessThanOrEqual(10_000)
  })

  it('is made once, and anew when the accounts are others', () => {
    let names = ['Север', 'Юг']
    const viewOf = createViews(catalog, () => names)
    const first = viewOf(caller, wholeSurface)
    expect(viewOf(caller, wholeSurface)).toBe(first)
    names = ['Юг', 'Север']
    expect(viewOf(caller, wholeSurface).toolsJson).toContain('Юг (default), Север')
  })

  it('does not show one person the accounts of another with the same rights', () => {
    const viewOf = createViews(catalog, ({ userId }) => (userId === 'owner' ? ['Север', 'Юг'] : []))
    viewOf(caller, wholeSurface)
    expect(viewOf({ ...caller, userId: 'somebody else' }, wholeSurface).toolsJson).not.toContain('Север')
  })
})

describe('the account of a call', () => {
  function read(given: object, tool = 'amocrm_get_account'): unknown {
    const entry = catalog.find(tool)
    if (entry === undefined) throw new Error('there is no such tool')
    return readArguments(entry, given).asked
  }

  it('is taken whether it is listed or not, by a name that may be a number', () => {
    expect(read({ account: 'Север' })).toBe('Север')
    expect(read({ account: 2 })).toBe('2')
  })

  it.each([{}, { account: null }, { account: '' }, { account: '  ' }])('is left out in %j', (given) => {
    expect(read(given)).toBeUndefined()
  })

  it.each([{ account: {} }, { account: ['Север'] }, { account: true }, { account: 'x'.repeat(201) }])(
    'is refused in %j',
    (given) => {
      expect(() => read(given)).toThrow(/account: /)
    },
  )

  it("is an unknown argument for ChatGPT's search", () => {
    expect(() => read({ query: 'Петров', account: 'Север' }, 'search')).toThrow(/account/)
  })
})
