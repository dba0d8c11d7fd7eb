import type { Listing } from './catalog.ts'

/**
 * The listing for a client that can ask for scopes: ChatGPT shows its login card only for tools that say which they
 * need. It reads the field in both places (developers.openai.com, MCP authentication).
 */
export function listedWithScopes(listing: Listing, scope: string): Listing {
  const securitySchemes = [{ type: 'oauth2', scopes: [scope] }]
  return { ...listing, securitySchemes, _meta: { securitySchemes } }
}
