import type { Caller } from '../kernel/caller.ts'
import { AppError } from '../kernel/errors.ts'
import type { Access } from '../kernel/tool.ts'
import type { Narrowing } from './narrowing.ts'

/** What policy knows of a tool: pure data. */
export interface Subject {
  readonly connector: string
  readonly name: string
  readonly toolset: string
  readonly access: Access
}

/** The scope that a call of this tool needs, for example `amocrm:write`. */
export function scopeOf({ connector, access }: Pick<Subject, 'connector' | 'access'>): string {
  return `${connector}:${access}`
}

/** Pure, default deny: a tool is there for a connection only when every rule lets it through. */
export function isAllowed(caller: Caller, narrowing: Narrowing, tool: Subject): boolean {
  if (!caller.scopes.has(scopeOf(tool))) return false
  if (caller.toolsets !== undefined && !caller.toolsets.has(tool.toolset)) return false
  if (narrowing.connector !== undefined && narrowing.connector !== tool.connector) return false
  if (narrowing.toolsets !== undefined && !narrowing.toolsets.has(tool.toolset)) return false
  return !narrowing.readOnly || tool.access === 'read'
}

/** @throws AppError `not_allowed` naming what is missing */
export function decide(caller: Caller, narrowing: Narrowing, tool: Subject): void {
  if (isAllowed(caller, narrowing, tool)) return
  throw new AppError('not_allowed', `This connection may not use ${tool.name}.`, {
    hint: `It needs ${scopeOf(tool)}, and that neither the connection nor its address (read_only, toolsets) leaves the tool out.`,
  })
}
