import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ErrorKind } from '../kernel/errors.ts'
import { openApiDocument, type RestTool } from './openapi.ts'

const Branch = z.object({
  name: z.string(),
  get branches() {
    return z.array(Branch)
  },
})

function tool(name: string, changes: Partial<RestTool> = {}, input: z.ZodObject = z.object({})): RestTool {
  return {
    name,
    title: `Title of ${name}`,
    description: `Description of ${name}.`,
    access: 'read',
    inputSchema: z.toJSONSchema(input, { io: 'input' }) as RestTool['inputSchema'],
    outputSchema: z.toJSONSchema(z.object({ id: z.number(), at: z.iso.date() })) as RestTool['outputSchema'],
    ...changes,
  }
}

const tools = [
  tool('amocrm_get_account'),
  tool(
    'amocrm_create_lead',
    { access: 'write' },
    z.object({
      name: z.string().describe('Name.'),
      price: z.number().optional(),
      fields: z.record(z.string(), z.any()),
    }),
  ),
  tool(
    'amocrm_get_record',
    {},
    z.object({ description: z.string(), tree: Branch.meta({ id: 'a tree/root' }) }),
  ),
  tool('amocrm_list_records', {}, Branch),
]

function documentOf(options: Partial<Parameters<typeof openApiDocument>[0]> = {}): Record<string, unknown> {
  const publicUrl = 'https://crm.example.ru'
  return JSON.parse(
    JSON.stringify(openApiDocument({ tools, version: '1.2.3', publicUrl, secured: true, ...options })),
  )
}

describe('openApiDocument', () => {
  it.each([true, false])(
    'is a valid OpenAPI 3.1 document whose references all resolve (secured: %s)',
    async (secured) => {
      const validator = new Validator()
      const document = documentOf({ secured })

      const result = await validator.validate(structuredClone(document))

      expect(result.errors).toBeUndefined()
      expect(result.valid).toBe(true)
      expect(validator.version).toBe('3.1')
      const unresolved = referencesIn(document).filter(
        (reference) => resolve(document, reference) === undefined,
      )
      expect(unresolved).toEqual([])
    },
  )

  it('has one POST path per tool and unique operation ids that are the names of the tools', () => {
    const document = documentOf()

    const ids = objectsIn(document).flatMap((node) => at(node, 'operationId') ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(['list_tools', ...tools.map(({ name }) => name)])
    for (const { name } of tools) expect(at(operation(document, name), 'operationId')).toBe(name)
  })

  it('keeps no marks of a stand-alone schema', () => {
    const text = JSON.stringify(documentOf())

    expect(text).not.toContain('$schema')
    expect(text).not.toContain('$defs')
    expect(text).not.toMatch(/"\$ref":"#"/)
  })

  it('keeps a property that is called like a keyword', () => {
    const description = { type: 'string', description: 'x'.repeat(800) }
    const inputSchema = { type: 'object', properties: { description, default: { type: 'object' } } }
    const document = documentOf({ tools: [tool('amocrm_add_note', { inputSchema })] })

    expect(body(document, 'amocrm_add_note')).toEqual({
      type: 'object',
      properties: {
        description: { type: 'string', description: expect.stringMatching(/^x{699}…$/) },
        default: { type: 'object', properties: {} },
      },
    })
  })

  it('moves a schema that refers to itself to the components', () => {
    const document = documentOf()

    const own = { $ref: '#/components/schemas/amocrm_list_records_input' }
    expect(body(document, 'amocrm_list_records')).toEqual(own)
    const moved = at(document, 'components', 'schemas', 'amocrm_list_records_input')
    expect(at(moved, 'properties', 'branches', 'items')).toEqual(own)
    expect(at(body(document, 'amocrm_get_record'), 'properties', 'tree')).toEqual({
      $ref: '#/components/schemas/amocrm_get_record_input_a_tree_root',
    })
  })

  it('marks everything but reading as consequential', () => {
    const accesses = ['read', 'draft', 'write', 'send', 'destroy'] as const
    const document = documentOf({ tools: accesses.map((access) => tool(`amocrm_${access}`, { access })) })

    const flags = accesses.map((access) =>
      at(operation(document, `amocrm_${access}`), 'x-openai-isConsequential'),
    )
    expect(flags).toEqual([false, true, true, true, true])
  })

  it('cuts a long description at a word within 300 characters', () => {
    const description = 'слово '.repeat(100).trim()
    const document = documentOf({ tools: [tool('amocrm_get_report', { description })] })

    expect(at(operation(document, 'amocrm_get_report'), 'description')).toMatch(
      /^(?=.{1,300}$)(слово )+слово…$/,
    )
  })

  it('gives every object schema properties, which custom GPT actions insist on', () => {
    const bare = objectsIn(documentOf()).filter(
      (node) => at(node, 'type') === 'object' && !at(node, 'properties'),
    )

    expect(bare).toEqual([])
  })

  it('asks for a bearer token only when the server is secured', () => {
    expect(documentOf({ secured: true })).toMatchObject({
      security: [{ bearer: [] }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    })
    const open = documentOf({ secured: false })
    expect(open).not.toHaveProperty('security')
    expect(open).not.toHaveProperty('components.securitySchemes')
  })

  it('describes every failure by the one shared problem', () => {
    const document = documentOf()
    const kinds: ErrorKind[] = [
      'invalid_input',
      'not_found',
      'not_allowed',
      'needs_confirmation',
      'not_linked',
    ]

    const responses = at(operation(document, 'amocrm_get_account'), 'responses') as object
    expect(Object.keys(responses)).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '409',
      '422',
      '429',
      '500',
      '502',
      '503',
    ])
    expect(at(document, 'components', 'schemas', 'Problem', 'properties', 'error', 'enum')).toEqual(
      expect.arrayContaining([
        ...kinds,
        'rate_limited',
        'upstream_rejected',
        'upstream_failed',
        'unverified',
        'unavailable',
        'internal',
      ]),
    )
    expect(document).toHaveProperty('components.responses.Problem429.headers.Retry-After')
  })
})

function operation(document: object, name: string): unknown {
  return at(document, 'paths', `/api/tools/${name}`, 'post')
}

function body(document: object, name: string): unknown {
  return at(operation(document, name), 'requestBody', 'content', 'application/json', 'schema')
}

function at(value: unknown, ...steps: string[]): unknown {
  return steps.reduce((node, step) => (node as Record<string, unknown> | undefined)?.[step], value)
}

function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return []
  return [value, ...Object.values(value).flatMap(objectsIn)]
}

function referencesIn(document: object): string[] {
  return objectsIn(document).flatMap((node) => {
    const reference = at(node, '$ref')
    return typeof reference === 'string' ? [reference] : []
  })
}

function resolve(document: object, reference: string): unknown {
  return at(document, ...reference.replace(/^#\//, '').split('/'))
}
