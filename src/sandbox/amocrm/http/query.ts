/** A PHP-style query value: a string, or an array whose keys came in brackets. Maps, so that no key is special. */
export type QueryNode = string | QueryArray
export type QueryArray = ReadonlyMap<string, QueryNode>

/** `a[b][]=1&a[b][]=2` → `a → b → 0 → '1', 1 → '2'`, with PHP's own caps on how many and how deep. */
export function parseQuery(search: string): QueryArray {
  const root: MutableArray = new Map()
  let seen = 0
  for (const [key, value] of new URLSearchParams(search)) {
    if (++seen > maxVariables) break
    const path = pathOf(key)
    if (path) put(root, path, value)
  }
  return root
}

/** The node under `keys`, or nothing. */
export function at(node: QueryNode | undefined, ...keys: string[]): QueryNode | undefined {
  return keys.reduce<QueryNode | undefined>(
    (found, key) => (found instanceof Map ? found.get(key) : undefined),
    node,
  )
}

/** The value as one string; nothing when it is an array. */
export function textOf(node: QueryNode | undefined): string | undefined {
  return typeof node === 'string' ? node : undefined
}

/** The value as a list: `a`, `a,b` and `[]=a&[]=b` are the same list. */
export function listOf(node: QueryNode | undefined): string[] {
  if (node === undefined) return []
  if (typeof node === 'string') return node.split(',').map((part) => part.trim())
  return [...node.values()].flatMap(listOf)
}

/** The value as the items of an array (`[0][…]`, `[1][…]`). */
export function itemsOf(node: QueryNode | undefined): QueryNode[] {
  return node instanceof Map ? [...node.values()] : []
}

/** A whole number, or nothing; never NaN. */
export function integerOf(node: QueryNode | undefined): number | undefined {
  const text = textOf(node)
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
}

type MutableArray = Map<string, QueryNode>

const maxVariables = 1000
const maxDepth = 64

function pathOf(key: string): string[] | undefined {
  const open = key.indexOf('[')
  if (open <= 0) return key === '' ? undefined : [key]
  const brackets = [...key.slice(open).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '')
  return brackets.length < maxDepth ? [key.slice(0, open), ...brackets] : undefined
}

function put(array: MutableArray, path: readonly string[], value: string): void {
  const [first = '', ...rest] = path
  const key = first === '' ? nextIndex(array) : first
  if (rest.length === 0) {
    array.set(key, value)
    return
  }
  const inner = array.get(key)
  const child: MutableArray = inner instanceof Map ? inner : new Map()
  array.set(key, child)
  put(child, rest, value)
}

function nextIndex(array: MutableArray): string {
  let next = array.size
  while (array.has(String(next))) next++
  return String(next)
}
