/** Writes arguments as JSON in which no contents are left. */
export type Redact = (args: unknown) => string

type JsonSchema = Readonly<Record<string, unknown>>

/** The argument names of one level, each with the names below it. */
type Names = ReadonlyMap<string, Name>

interface Name {
  /** `"name":`, ready to be written. */
  readonly key: string
  readonly below: Names
}

/** Cards by number: they say what a call touched and nothing of what is on it. Longer numbers may be phones. */
const REF = /^(?:lead|contact|company|task):\d{1,10}$/
const LONGEST_REF = 18
const MOST_REFS = 10
/** Deeper schemas, and those that contain themselves, end here. */
const DEEPEST = 4
/** Where counting stops: a hostile object may have a million names. */
const MOST_COUNTED = 100

const NONE: Names = new Map()

/**
 * Made once per tool from its input schema (JSON Schema). Kept are the argument names that the schema knows, booleans,
 * null and refs; everything else becomes its type and size: `"text(15)"`, `"number"`, `"list(3)"`, `"object(2)"`.
 * Names that the schema does not know are themselves contents: they are counted under `"?"`.
 */
export function redactionFor(schema: JsonSchema): Redact {
  const names = namesOf(schema, schema, 0)
  return (args) => (args === undefined ? '{}' : isObject(args) ? inside(args, names) : redacted(args, NONE))
}

function redacted(value: unknown, names: Names): string {
  switch (typeof value) {
    case 'string':
      return isRef(value) ? `"${value}"` : `"text(${value.length})"`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return list(value)
      return names.size > 0 ? inside(value, names) : `"object(${count(value)})"`
    default:
      return `"${typeof value}"`
  }
}

function inside(value: object, names: Names): string {
  let text = ''
  let unknown = 0
  for (const name in value) {
    const found = names.get(name)
    if (found === undefined) {
      unknown += 1
      if (unknown > MOST_COUNTED) break
      continue
    }
    text += `${text === '' ? '' : ','}${found.key}${redacted(value[name as keyof typeof value], found.below)}`
  }
  if (unknown > 0) text += `${text === '' ? '' : ','}"?":${counted(unknown)}`
  return `{${text}}`
}

function list(values: readonly unknown[]): string {
  const areRefs = values.length > 0 && values.length <= MOST_REFS && values.every(isRef)
  return areRefs ? JSON.stringify(values) : `"list(${values.length})"`
}

function isRef(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST_REF && REF.test(value)
}

function count(value: object): string | number {
  let names = 0
  for (const _ in value) {
    names += 1
    if (names > MOST_COUNTED) return `${MOST_COUNTED}+`
  }
  return names
}

function counted(unknown: number): string | number {
  return unknown > MOST_COUNTED ? `"${MOST_COUNTED}+"` : unknown
}

/** The names of a schema's object, also where it stands among alternatives or behind a reference. */
function namesOf(schema: JsonSchema, root: JsonSchema, depth: number): Names {
  if (depth > DEEPEST) return NONE
  const names = new Map<string, Name>()
  const { properties, $ref } = schema
  if (isObject(properties)) {
    for (const [name, property] of Object.entries(properties)) {
      const below = isObject(property) ? namesOf(property, root, depth + 1) : NONE
      names.set(name, { key: `${JSON.stringify(name)}:`, below })
    }
  }
  const parts = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) =>
    Array.isArray(list) ? list : [],
  )
  for (const part of [...parts, referred($ref, root)]) {
    if (!isObject(part)) continue
    for (const [name, found] of namesOf(part, root, depth + 1)) if (!names.has(name)) names.set(name, found)
  }
  return names
}

function referred($ref: unknown, root: JsonSchema): unknown {
  const name = typeof $ref === 'string' ? /^#\/\$defs\/(.+)$/.exec($ref)?.[1] : undefined
  return name !== undefined && isObject(root.$defs) ? root.$defs[name] : $ref === '#' ? root : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
