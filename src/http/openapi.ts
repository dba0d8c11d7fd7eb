import type { Access } from '../kernel/tool.ts'
import { problemReferences, problemResponses, problemSchema } from './openapi-problems.ts'
import { embedSchema, type JsonSchema, shortened } from './openapi-schema.ts'

/** A tool as the REST face knows it; the schemas are JSON Schema 2020-12 objects. */
export interface RestTool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly access: Access
  readonly inputSchema: JsonSchema
  readonly outputSchema: JsonSchema
}

export interface OpenApiOptions {
  readonly tools: readonly RestTool[]
  readonly version: string
  /** Where clients reach this server, without a trailing slash. */
  readonly publicUrl: string
  /** Whether a call needs a bearer token. */
  readonly secured: boolean
}

/**
 * The REST face as an OpenAPI 3.1 document. It keeps to what custom GPT actions accept: a description of an operation
 * has at most 300 characters, of a parameter 700; every object schema has `properties`
 * (developers.openai.com/api/docs/actions/production).
 */
export function openApiDocument({ tools, version, publicUrl, secured }: OpenApiOptions): object {
  const schemas: Record<string, JsonSchema> = { Problem: problemSchema }
  const paths = tools.map((tool) => [`/api/tools/${tool.name}`, { post: callOperation(tool, schemas) }])
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mostik',
      version,
      description: 'Work in an amoCRM account: the same tools that MCP clients use, over plain HTTP.',
    },
    servers: [{ url: publicUrl }],
    ...(secured && { security: [{ bearer: [] }] }),
    paths: { '/api/tools': { get: listOperation }, ...Object.fromEntries(paths) },
    components: {
      schemas,
      responses: problemResponses,
      ...(secured && { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } }),
    },
  }
}

function callOperation(tool: RestTool, schemas: Record<string, JsonSchema>): object {
  const { name, title, description, access } = tool
  const input = embedSchema(tool.inputSchema, `${name}_input`, schemas)
  const output = embedSchema(tool.outputSchema, `${name}_output`, schemas)
  return {
    operationId: name,
    summary: shortened(title, 300),
    description: shortened(description, 300),
    'x-openai-isConsequential': access !== 'read',
    requestBody: { required: true, content: { 'application/json': { schema: input } } },
    responses: {
      200: { description: 'The result.', content: { 'application/json': { schema: output } } },
      ...problemReferences,
    },
  }
}

const listOperation = {
  operationId: 'list_tools',
  summary: 'List the tools',
  description: 'The tools that this connection may call, with the schemas of their input and output.',
  'x-openai-isConsequential': false,
  responses: {
    200: {
      description: 'The tools.',
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['tools'],
            properties: {
              tools: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['name', 'title', 'description', 'access', 'inputSchema', 'outputSchema'],
                  properties: {
                    name: { type: 'string' },
                    title: { type: 'string' },
                    description: { type: 'string' },
                    access: {
                      type: 'string',
                      enum: ['read', 'draft', 'write', 'send', 'destroy'] satisfies Access[],
                    },
                    inputSchema: {
                      type: 'object',
                      properties: {},
                      description: 'JSON Schema of the request body.',
                    },
                    outputSchema: {
                      type: 'object',
                      properties: {},
                      description: 'JSON Schema of the result.',
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
    401: { $ref: '#/components/responses/Problem401' },
    429: { $ref: '#/components/responses/Problem429' },
    500: { $ref: '#/components/responses/Problem500' },
  },
}
