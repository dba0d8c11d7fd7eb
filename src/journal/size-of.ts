/**
 * About as many bytes as the value would take as JSON. Arguments come from outside and may be nested deeper than
 * `JSON.stringify` can go, so this does not recurse.
 */
export function sizeOf(value: unknown): number {
  let bytes = 0
  for (const rest = [value]; rest.length > 0; ) {
    const next = rest.pop()
    if (typeof next === 'string') bytes += Buffer.byteLength(next) + QUOTES
    else if (typeof next !== 'object' || next === null) bytes += next === undefined ? 0 : String(next).length
    else {
      bytes += BRACKETS
      const names = Array.isArray(next) ? undefined : Object.keys(next)
      for (const name of names ?? []) bytes += Buffer.byteLength(name) + QUOTES + COLON
      const values: unknown[] = Object.values(next)
      bytes += Math.max(0, values.length - 1)
      for (const one of values) rest.push(one)
    }
  }
  return bytes
}

const QUOTES = 2
const COLON = 1
const BRACKETS = 2
