import type { Access } from '../kernel/tool.ts'

const ACCESS: readonly Access[] = ['read', 'draft', 'write', 'send', 'destroy']

/** All that the owner may do with these connectors; `READ_ONLY` is a ceiling that nothing lifts. */
export function ownerScopes(
  connectors: readonly { readonly id: string }[],
  readOnly: boolean,
): ReadonlySet<string> {
  const classes = readOnly ? ['read'] : ACCESS
  return new Set(connectors.flatMap(({ id }) => classes.map((access) => `${id}:${access}`)))
}
