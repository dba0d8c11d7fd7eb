import { alternatives, dereferenced, type Schema } from './json-schema.ts'

/**
 * A first request body for a tool: every required field, filled from `examples`, `default` or the first allowed value,
 * else with something of the right shape. Fields that may be left out are left out, unless the schema gives an example.
 */
export function schemaExample(root: Schema): unknown {
  return exampleOf(root, root, 0)
}

function exampleOf(schema: Schema, root: Schema, depth: number): unknown {
  const [choice] = alternatives(dereferenced(schema, root))
  const inner: Schema = dereferenced(choice ?? {}, root)
  const given = givenExample(schema) ?? givenExample(inner)
  if (given !== undefined) return given
  const type = typeof inner.type === 'string' ? inner.type : inner.type?.[0]
  switch (type) {
    case 'object':
      return objectExample(inner, root, depth)
    case 'array':
      return inner.items && depth < 4 ? [exampleOf(inner.items, root, depth + 1)] : []
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return false
    case 'null':
      return null
    default:
      return TEXTS[inner.format ?? ''] ?? ''
  }
}

function objectExample(schema: Schema, root: Schema, depth: number): object {
  if (depth >= 4) return {}
  const shown = Object.entries(schema.properties ?? {}).filter(
    ([name, property]) => schema.required?.includes(name) || property.examples?.length,
  )
  return Object.fromEntries(shown.map(([name, property]) => [name, exampleOf(property, root, depth + 1)]))
}

function givenExample({ examples, default: byDefault, const: constant, enum: values }: Schema): unknown {
  return examples?.[0] ?? byDefault ?? constant ?? values?.[0]
}

const TEXTS: Readonly<Record<string, string>> = {
  date: '2026-01-15',
  'date-time': '2026-01-15T12:00:00+03:00',
  email: 'client@example.ru',
  uri: 'https://example.ru/',
}
