/** A JSON Schema 2020-12 object, as `z.toJSONSchema` writes it. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * Makes a stand-alone schema part of an OpenAPI document. References inside it (`#`, `#/$defs/…`) would point at the
 * document's own root there, so what they name moves to `components.schemas` (added to `schemas`) under `name`.
 */
export function embedSchema(schema: JsonSchema, name: string, schemas: Record<string, unknown>): JsonSchema {
  const { $defs = {}, ...root } = schema
  const component = (definition: string) => `${name}_${definition}`.replaceAll(/[^\w.-]/g, '_')
  const relocate = (reference: string) => {
    if (reference === '#') return `#/components/schemas/${name}`
    const definition = reference.replace(/^#\/(\$defs|definitions)\//, '')
    return `#/components/schemas/${component(unescaped(definition))}`
  }
  for (const [definition, inner] of Object.entries($defs as Record<string, unknown>)) {
    schemas[component(definition)] = adapted(inner, relocate)
  }
  const embedded = adapted(root, relocate) as JsonSchema
  if (!refersToItself(schema)) return embedded
  schemas[name] = embedded
  return { $ref: `#/components/schemas/${name}` }
}

/** At most `limit` characters, cut at a word. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text
  const cut = text.slice(0, limit - 1)
  const space = cut.lastIndexOf(' ')
  return `${(space > 0 ? cut.slice(0, space) : cut).trimEnd()}…`
}

/** Keywords whose value maps names that a person chose to schemas: a property may well be called `description`. */
const MAPS_OF_SCHEMAS = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
])
/** Keywords whose value is data, not a schema. */
const DATA = new Set(['default', 'const', 'enum', 'examples', 'required'])

function adapted(schema: unknown, relocate: (reference: string) => string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => adapted(item, relocate))
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema)
    .filter(([keyword]) => keyword !== '$schema' && keyword !== '$id')
    .map(([keyword, value]) => [keyword, adaptedKeyword(keyword, value, relocate)] as const)
  const result = Object.fromEntries(entries)
  return result.type === 'object' && result.properties === undefined ? { ...result, properties: {} } : result
}

function adaptedKeyword(keyword: string, value: unknown, relocate: (reference: string) => string): unknown {
  if (DATA.has(keyword)) return value
  if (keyword === '$ref' && typeof value === 'string') return relocate(value)
  if (keyword === 'description' && typeof value === 'string') return shortened(value, 700)
  if (MAPS_OF_SCHEMAS.has(keyword) && typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, adapted(inner, relocate)]))
  }
  return adapted(value, relocate)
}

function refersToItself(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  return Object.entries(schema).some(([keyword, value]) =>
    keyword === '$ref' ? value === '#' : refersToItself(value),
  )
}

/** JSON Pointer inside a URI fragment (RFC 6901 §6). */
function unescaped(token: string): string {
  return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')
}
