/** A JSON Schema object, as far as the pages read it. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly examples?: readonly unknown[]
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** The schema that `schema` refers to, or itself. An unknown reference is an empty schema: anything goes. */
export function dereferenced(schema: Schema, root: Schema): Schema {
  const { $ref, ...own } = schema
  if ($ref === undefined) return schema
  if ($ref === '#') return { ...root, ...own }
  const name = decodeURIComponent($ref.replace('#/$defs/', '')).replaceAll('~1', '/').replaceAll('~0', '~')
  return { ...root.$defs?.[name], ...own }
}

/** The choices of a schema that is one of several, itself included when it is one alone. */
export function alternatives(schema: Schema): readonly Schema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema]
}
