import { alternatives, dereferenced, type Schema } from './json-schema.ts'

export interface SchemaField {
  /** `name`, `period.from`, `rows[].id`. */
  readonly path: string
  /** In the words of JSON: `string`, `integer | null`, `"open" | "won"`, `object[]`. */
  readonly type: string
  readonly required: boolean
  readonly description: string
  /** As JSON; absent when there is none. */
  readonly byDefault?: string
}

/** The fields of an object schema, those of inner objects after their owner, three levels deep. */
export function schemaFields(root: Schema): SchemaField[] {
  return fieldsOf(root, root, '', 1)
}

const DEEPEST = 3

function fieldsOf(schema: Schema, root: Schema, prefix: string, depth: number): SchemaField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const field = dereferenced(property, root)
    const path = prefix + name
    const row: SchemaField = {
      path,
      type: typeName(field, root),
      required: schema.required?.includes(name) ?? false,
      description: field.description ?? '',
      ...(field.default !== undefined && { byDefault: JSON.stringify(field.default) }),
    }
    return depth < DEEPEST ? [row, ...innerFields(field, root, path, depth + 1)] : [row]
  })
}

function innerFields(schema: Schema, root: Schema, path: string, depth: number): SchemaField[] {
  return alternatives(schema).flatMap((choice) => {
    const inner = dereferenced(choice, root)
    if (inner.items) return innerFields(inner.items, root, `${path}[]`, depth)
    return fieldsOf(inner, root, `${path}.`, depth)
  })
}

function typeName(schema: Schema, root: Schema): string {
  const names = alternatives(schema).flatMap((choice) => {
    const inner = dereferenced(choice, root)
    if (inner.const !== undefined) return [JSON.stringify(inner.const)]
    if (inner.enum) return inner.enum.map((value) => JSON.stringify(value))
    if (inner.items) return [listOf(typeName(inner.items, root))]
    if (inner.format) return [`${inner.type} (${inner.format})`]
    return inner.type ?? 'any'
  })
  return [...new Set(names)].join(' | ')
}

function listOf(type: string): string {
  return type.includes(' | ') ? `(${type})[]` : `${type}[]`
}
