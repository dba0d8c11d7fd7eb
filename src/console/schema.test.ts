import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Schema } from './json-schema.ts'
import { schemaExample } from './schema-example.ts'
import { schemaFields } from './schema-fields.ts'

function schemaOf(input: z.ZodObject): Schema {
  return z.toJSONSchema(input, { io: 'input' }) as Schema
}

const Branch = z.object({
  name: z.string(),
  get branches() {
    return z.array(Branch)
  },
})

describe('schemaFields', () => {
  it('names types, defaults and choices in the words of JSON', () => {
    const fields = schemaFields(
      schemaOf(
        z.object({
          query: z.string().describe('What to find.'),
          limit: z.int().default(10),
          state: z.enum(['open', 'won']).optional(),
          price: z.union([z.number(), z.string()]).nullable(),
          since: z.iso.date().optional(),
          ids: z.array(z.union([z.string(), z.number()])),
        }),
      ),
    )

    expect(fields).toEqual([
      { path: 'query', type: 'string', required: true, description: 'What to find.' },
      { path: 'limit', type: 'integer', required: false, description: '', byDefault: '10' },
      { path: 'state', type: '"open" | "won"', required: false, description: '' },
      { path: 'price', type: 'number | string | null', required: true, description: '' },
      { path: 'since', type: 'string (date)', required: false, description: '' },
      { path: 'ids', type: '(string | number)[]', required: true, description: '' },
    ])
  })

  it('lists the fields of inner objects under the path of their owner', () => {
    const period = z.object({ from: z.string(), to: z.string().optional() })
    const fields = schemaFields(
      schemaOf(z.object({ period: period.optional(), rows: z.array(z.object({ id: z.string() })) })),
    )

    expect(fields.map(({ path, type }) => `${path}: ${type}`)).toEqual([
      'period: object',
      'period.from: string',
      'period.to: string',
      'rows: object[]',
      'rows[].id: string',
    ])
  })

  it('ends for a schema that holds itself', () => {
    expect(schemaFields(schemaOf(Branch)).map(({ path }) => path)).toEqual([
      'name',
      'branches',
      'branches[].name',
      'branches[].branches',
      'branches[].branches[].name',
      'branches[].branches[].branches',
    ])
  })
})

describe('schemaExample', () => {
  it('fills what is required from examples, defaults and choices', () => {
    const example = schemaExample(
      schemaOf(
        z.object({
          name: z.string().meta({ examples: ['Тестовая сделка'] }),
          kind: z.enum(['lead', 'contact']),
          day: z.iso.date(),
          count: z.int(),
          flag: z.boolean(),
          left: z.string().nullable(),
          rows: z.array(z.object({ id: z.string() })),
          note: z.string().optional(),
          price: z
            .number()
            .optional()
            .meta({ examples: [50000] }),
        }),
      ),
    )

    expect(example).toEqual({
      name: 'Тестовая сделка',
      kind: 'lead',
      day: '2026-01-15',
      count: 1,
      flag: false,
      left: '',
      rows: [{ id: '' }],
      price: 50000,
    })
  })

  it('is an empty object when nothing is required', () => {
    expect(schemaExample(schemaOf(z.object({ limit: z.int().default(10) })))).toEqual({})
  })

  it('ends for a schema that holds itself, and follows references', () => {
    expect(schemaExample(schemaOf(Branch))).toMatchObject({ name: '', branches: [{ name: '' }] })
    expect(schemaExample(schemaOf(z.object({ tree: Branch.meta({ id: 'a tree/root' }) })))).toMatchObject({
      tree: { name: '' },
    })
  })
})
