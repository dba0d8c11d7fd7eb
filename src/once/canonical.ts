import { AppError } from '../kernel/errors.ts'

/** Deeper than any tool's input; what is deeper would only exhaust the stack. */
const DEEPEST = 64

/**
 * The one text of a parsed input: equal for equal values, whatever the order of their members, and different for
 * different ones. A member that is `undefined` is the same as none.
 * @throws AppError `invalid_input` for a value that is nested without end
 */
export function canonical(value: unknown, depth = 0): string {
  if (depth > DEEPEST) {
    throw new AppError('invalid_input', 'The arguments are nested too deeply.', {
      hint: 'Call again with simpler arguments.',
    })
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value)
  // Unlike UTF-8, JSON keeps half a surrogate pair apart from another.
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join()}]`
  if (!isPlain(value)) throw new TypeError('An input that is not plain data cannot be told from another.')
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member, depth + 1)}`).join()}}`
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
