/** The host names that mean the computer of the person, as URLs write them. */
const LOOPBACKS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Where the answers of clients go that register themselves: to known vendors, and to programs on the person's computer. */
export function isKnownRedirect(redirect: string, more: ReadonlySet<string>): boolean {
  if (KNOWN.has(redirect) || more.has(redirect) || CHATGPT_CONNECTOR.test(redirect)) return true
  return isLoopback(redirect)
}

/** Plain http to this very computer, any port and path; RFC 8252 §7.3. */
export function isLoopback(redirect: string): boolean {
  const url = URL.parse(redirect)
  if (url === null || url.protocol !== 'http:' || !LOOPBACKS.has(url.hostname)) return false
  // Other spellings of the same address would not be compared as what they are.
  return /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d{1,5})?(\/[^#\\\s]*)?$/.test(redirect)
}

const CHATGPT_CONNECTOR = /^https:\/\/chatgpt\.com\/connector\/oauth\/[\w-]{1,128}$/

/** What the vendors document; compared as text, so that nothing else is ever the same address. */
const KNOWN: ReadonlySet<string> = new Set([
  'https://chatgpt.com/connector_platform_oauth_redirect',
  'https://claude.ai/api/mcp/auth_callback',
  'https://claude.com/api/mcp/auth_callback',
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'https://www.cursor.com/agents/mcp/oauth/callback',
  'https://vscode.dev/redirect',
  'https://insiders.vscode.dev/redirect',
  'https://grok.com/connectors-oauth-exchange-code/',
  'https://console.x.ai/connectors-oauth-exchange-code/',
  'https://www.perplexity.ai/rest/connections/oauth_callback',
  'https://enterprise.perplexity.ai/rest/connections/oauth_callback',
  'https://callback.mistral.ai/v1/integrations_auth/oauth2_callback',
  'https://api.devin.ai/mcp/oauth/callback',
  'https://antigravity.google/oauth-callback',
])
