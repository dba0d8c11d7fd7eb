import type { Caller } from '../kernel/caller.ts'
import { isAllowed, type Subject, scopeOf } from './decide.ts'
import type { Narrowing } from './narrowing.ts'

/**
 * The challenge by which a client asks its person for more (RFC 6750 §3.1, RFC 9728 §5.1), naming all that it needs at
 * once. Nothing unless one scope is all that keeps the tool from the caller, and the caller can get it.
 */
export function stepUp(
  caller: Caller,
  narrowing: Narrowing,
  tool: Subject,
  /** The scopes that anybody can have at most. */
  ceiling: ReadonlySet<string>,
): string | undefined {
  const { scopes, resourceMetadata } = caller
  if (resourceMetadata === undefined) return undefined
  const needed = scopeOf(tool)
  if (scopes.has(needed) || !ceiling.has(needed)) return undefined
  const wanted = new Set([...scopes, needed])
  if (!isAllowed({ ...caller, scopes: wanted }, narrowing, tool)) return undefined
  const description = `error_description="The person has not allowed ${needed}"`
  const scope = `scope="${[...wanted].join(' ')}"`
  return `Bearer error="insufficient_scope", ${description}, ${scope}, resource_metadata="${resourceMetadata}"`
}
