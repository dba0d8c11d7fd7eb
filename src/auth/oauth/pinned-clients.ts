/** The documents of the vendors' own clients, as they stand in this release: they are never fetched. */
export interface PinnedClient {
  readonly vendor: string
  readonly name: string
  readonly redirects: readonly string[]
}

/**
 * The client that a `client_id` stands for when a vendor of ours publishes it. Loopback redirects go to any port.
 * Sources: developers.openai.com/plugins/build/auth; support.claude.com/en/articles/11503834; cursor.com/docs/mcp;
 * code.visualstudio.com/api/extension-guides/ai/mcp; opencode.ai/docs/mcp-servers.
 */
export function findPinnedClient(clientId: string): PinnedClient | undefined {
  const pinned = PINNED.get(clientId)
  if (pinned !== undefined) return pinned
  // One client per connection of ChatGPT, and per server of Codex; both send the answers back to their own name.
  const codex = /^https:\/\/chatgpt\.com\/oauth\/codex\/([\w-]{1,128})\/client\.json$/.exec(clientId)?.[1]
  if (codex !== undefined) return codexClient(`/callback/${codex}`)
  const connector = /^https:\/\/chatgpt\.com\/oauth\/(?!codex\/)([\w-]{1,128})\/client\.json$/.exec(
    clientId,
  )?.[1]
  return connector === undefined
    ? undefined
    : chatgptClient(`https://chatgpt.com/connector/oauth/${connector}`)
}

function chatgptClient(redirect: string): PinnedClient {
  return { vendor: 'chatgpt', name: 'ChatGPT', redirects: [redirect] }
}

function codexClient(path: string): PinnedClient {
  return { vendor: 'codex', name: 'Codex', redirects: loopback(path) }
}

function loopback(path: string): readonly string[] {
  return [`http://127.0.0.1${path}`, `http://localhost${path}`]
}

const PINNED: ReadonlyMap<string, PinnedClient> = new Map([
  [
    'https://chatgpt.com/oauth/client.json',
    chatgptClient('https://chatgpt.com/connector_platform_oauth_redirect'),
  ],
  ['https://chatgpt.com/oauth/codex/client.json', codexClient('/callback')],
  [
    'https://claude.ai/oauth/mcp-oauth-client-metadata',
    {
      vendor: 'claude',
      name: 'Claude',
      redirects: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
    },
  ],
  [
    'https://claude.ai/oauth/claude-code-client-metadata',
    { vendor: 'claude-code', name: 'Claude Code', redirects: loopback('/callback') },
  ],
  [
    'https://cursor.com/oauth/mcp-client.json',
    {
      vendor: 'cursor',
      name: 'Cursor',
      redirects: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
    },
  ],
  [
    'https://vscode.dev/oauth/client-metadata.json',
    {
      vendor: 'vscode',
      name: 'Visual Studio Code',
      redirects: ['https://vscode.dev/redirect', ...loopback('/')],
    },
  ],
  [
    'https://opencode.ai/oauth/opencode/client.json',
    { vendor: 'opencode', name: 'opencode', redirects: loopback('/callback') },
  ],
])
