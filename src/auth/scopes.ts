import type { Access } from '../kernel/tool.ts'

const ACCESS: readonly Access[] = ['read', 'draft', 'write', 'send', 'destroy']

interface Connector {
  readonly id: string
  readonly tools: readonly { readonly access: Access }[]
}

/**
 * All that anybody may do with these connectors, as far as there are tools for it; `READ_ONLY` is a ceiling that
 * nothing lifts.
 */
export function ownerScopes(connectors: readonly Connector[], readOnly: boolean): ReadonlySet<string> {
  const classes = readOnly ? ACCESS.slice(0, 1) : ACCESS
  return new Set(
    connectors.flatMap(({ id, tools }) =>
      classes
        .filter((access) => tools.some((tool) => tool.access === access))
        .map((access) => `${id}:${access}`),
    ),
  )
}

/** Scopes about the person and not about tools (OpenID Connect Core §5.4); no ceiling is needed for them. */
export function isIdentityScope(scope: string): boolean {
  return scope === 'openid' || scope === 'profile' || scope === 'email'
}
