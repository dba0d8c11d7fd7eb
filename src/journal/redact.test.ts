import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import * as connectors from '../connectors/index.ts'
import { createCatalog } from '../mcp/catalog.ts'
import { redactionFor } from './redact.ts'

const schema = z.toJSONSchema(
  z.object({
    query: z.string().optional(),
    limit: z.int().optional(),
    contact: z.object({ ref: z.string(), phone: z.string() }).partial().optional(),
    on: z.union([z.string(), z.object({ lead: z.string() })]).optional(),
    ids: z.array(z.string()).optional(),
    fields: z.looseObject({}).optional(),
    sure: z.boolean().nullable().optional(),
  }),
  { io: 'input' },
)
const redact = redactionFor(schema)
const asObject = (value: unknown) => JSON.parse(redact(value))

describe('what is kept of arguments', () => {
  it('is their names, and the type and size of what was given', () => {
    const given = {
      query: 'Иван Петров',
      limit: 10,
      ids: ['a', 'b', 'c'],
      fields: { Бюджет: 5, Город: 'Тверь' },
    }
    expect(asObject(given)).toEqual({
      query: 'text(11)',
      limit: 'number',
      ids: 'list(3)',
      fields: 'object(2)',
    })
  })

  it('is every truth and every nothing', () => {
    expect(asObject({ sure: true })).toEqual({ sure: true })
    expect(asObject({ sure: null })).toEqual({ sure: null })
  })

  it('is the number of a card', () => {
    expect(asObject({ query: 'lead:123', ids: ['contact:1', 'company:2'] })).toEqual({
      query: 'lead:123',
      ids: ['contact:1', 'company:2'],
    })
  })

  it('is no card number that could be a phone, and none with words around it', () => {
    for (const query of ['contact:74950001234', 'lead:12 and more', 'chat:12', ' lead:1', 'lead:1\n']) {
      expect(asObject({ query })).toEqual({ query: `text(${query.length})` })
    }
  })

  it('goes as deep as the names of the schema do', () => {
    const given = {
      contact: { ref: 'contact:5', phone: '+7 495 000-11-22', surname: 'Петров' },
      on: { lead: 'lead:7' },
    }
    expect(asObject(given)).toEqual({
      contact: { ref: 'contact:5', phone: 'text(16)', '?': 1 },
      on: { lead: 'lead:7' },
    })
  })

  it('is only the count of names that the schema does not know', () => {
    expect(asObject({ 'Пароль 12345': 'x', __proto__: null, query: 'y' })).toEqual({
      '?': 1,
      query: 'text(1)',
    })
    expect(asObject(JSON.parse('{"__proto__":{"query":"x"},"constructor":1}'))).toEqual({ '?': 2 })
  })

  it('is something for what is no object at all', () => {
    expect([undefined, null, 'secret', 5, [1, 2]].map(redact)).toEqual([
      '{}',
      'null',
      '"text(6)"',
      '"number"',
      '"list(2)"',
    ])
  })
})

describe('hostile arguments', () => {
  it('of any depth, width and length make a short entry', () => {
    const deep = JSON.parse(`${'{"contact":'.repeat(20_000)}1${'}'.repeat(20_000)}`)
    const wide = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`name ${index}`, index]))
    const list = Array.from({ length: 100_000 }, () => 'lead:1')
    for (const given of [
      deep,
      wide,
      { fields: wide, ids: list, contact: wide },
      { query: 'x'.repeat(4_000_000) },
    ]) {
      expect(redact(given).length).toBeLessThan(300)
    }
    expect(asObject(wide)).toEqual({ '?': '100+' })
    expect(asObject({ fields: wide })).toEqual({ fields: 'object(100+)' })
  })

  it('cannot make a schema that contains itself be followed without end', () => {
    const node: Record<string, unknown> = { $ref: '#/$defs/node' }
    const own = redactionFor({
      properties: { node },
      $defs: { node: { properties: { name: { type: 'string' }, node } } },
    })
    const deep = JSON.parse(`${'{"node":'.repeat(50)}{"name":"secret"}${'}'.repeat(50)}`)
    expect(own(deep)).not.toContain('secret')
    expect(JSON.parse(own({ node: { name: 'abc' } }))).toEqual({ node: { name: 'text(3)' } })
  })
})

/** Long enough that none is in an entry by chance. */
const canary = fc.string({ minLength: 6, unit: 'binary' }).map((text) => `канарейка-${text}-canary`)
const contents = fc.oneof(canary, fc.integer({ min: 1e9 }), fc.array(canary), fc.dictionary(canary, canary))
const schemas = createCatalog(Object.values(connectors)).entries.map(({ listing }) => listing)

describe.each(schemas)('no contents of a call of $name', ({ inputSchema }) => {
  const names = Object.keys(Object(inputSchema.properties))
  const own = redactionFor(inputSchema)

  it('are in what is kept, in whatever form', () => {
    const known = fc.dictionary(fc.constantFrom(...names, 'ref', 'phone', 'fields'), contents)
    const given = fc.oneof(
      known,
      fc.dictionary(canary, contents),
      fc.object({ key: canary, values: [contents] }),
    )
    fc.assert(
      fc.property(given, (value) => {
        const text = own(value)
        expect(JSON.parse(text)).toBeDefined()
        for (const secret of leaves(value)) {
          for (const form of formsOf(secret)) expect(text.includes(form)).toBe(false)
        }
      }),
      { numRuns: 60 },
    )
  })
})

function leaves(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return value === null ? [] : [String(value)]
  const names = Object.keys(value).filter((name) => name.includes('canary'))
  return [...names, ...Object.values(value).flatMap(leaves)]
}

function formsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  const forms = [text, JSON.stringify(text).slice(1, -1), bytes.toString('base64'), bytes.toString('hex')]
  return [...forms, encodeURIComponent(text.toWellFormed())].filter((form) => form.length >= 6)
}
