/** One program as its vendor ships it: what it calls itself, and where it lets people be sent back to. */
export interface VendorProgram {
  readonly title: string
  /** The address of its client document; the product knows these without fetching them. */
  readonly clientId: string
  /** What the consent page calls it, in part. */
  readonly name: string
  readonly redirects: readonly string[]
}

/** Programs with a client document (CIMD) of their vendor's. */
export const DOCUMENTED: readonly VendorProgram[] = [
  {
    title: 'ChatGPT, by its one redirect',
    clientId: 'https://chatgpt.com/oauth/client.json',
    name: 'ChatGPT',
    redirects: ['https://chatgpt.com/connector_platform_oauth_redirect'],
  },
  {
    title: 'ChatGPT, by a redirect for each connection',
    clientId: 'https://chatgpt.com/oauth/Ab3-x_9Q/client.json',
    name: 'ChatGPT',
    redirects: ['https://chatgpt.com/connector/oauth/Ab3-x_9Q'],
  },
  {
    title: 'Codex',
    clientId: 'https://chatgpt.com/oauth/codex/client.json',
    name: 'Codex',
    redirects: ['http://127.0.0.1:1455/callback', 'http://localhost:1455/callback'],
  },
  {
    title: 'Codex, by a redirect for each server',
    clientId: 'https://chatgpt.com/oauth/codex/Ab3-x_9Q/client.json',
    name: 'Codex',
    redirects: ['http://127.0.0.1:49152/callback/Ab3-x_9Q'],
  },
  {
    title: 'Claude',
    clientId: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    name: 'Claude',
    redirects: ['https://claude.ai/api/mcp/auth_callback'],
  },
  {
    title: 'Claude Code',
    clientId: 'https://claude.ai/oauth/claude-code-client-metadata',
    name: 'Claude Code',
    redirects: ['http://localhost:54545/callback', 'http://127.0.0.1:61234/callback'],
  },
  {
    title: 'Cursor',
    clientId: 'https://cursor.com/oauth/mcp-client.json',
    name: 'Cursor',
    redirects: [
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
      'cursor://anysphere.cursor-mcp/oauth/callback',
    ],
  },
  {
    title: 'VS Code',
    clientId: 'https://vscode.dev/oauth/client-metadata.json',
    name: 'VS Code',
    redirects: ['https://vscode.dev/redirect', 'http://127.0.0.1:33418/', 'http://127.0.0.1:51234/'],
  },
  {
    title: 'opencode',
    clientId: 'https://opencode.ai/oauth/opencode/client.json',
    name: 'opencode',
    redirects: ['http://127.0.0.1:19876/callback', 'http://localhost:19876/callback'],
  },
]

/** A registration (RFC 7591) as the program sends it, and the redirects that it then uses. */
export interface Registration {
  readonly title: string
  readonly body: Readonly<Record<string, unknown>>
  readonly used: readonly string[]
}

const grants = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] }

export const REGISTERED: readonly Registration[] = [
  {
    title: 'ChatGPT',
    body: {
      client_name: 'ChatGPT',
      redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
      token_endpoint_auth_method: 'none',
      ...grants,
    },
    used: ['https://chatgpt.com/connector_platform_oauth_redirect'],
  },
  {
    title: 'ChatGPT with a redirect of the connection',
    body: {
      client_name: 'ChatGPT',
      redirect_uris: ['https://chatgpt.com/connector/oauth/Ab3-x_9Q'],
      token_endpoint_auth_method: 'client_secret_post',
      ...grants,
    },
    used: ['https://chatgpt.com/connector/oauth/Ab3-x_9Q'],
  },
  {
    title: 'Claude',
    body: {
      client_name: 'Claude',
      client_uri: 'https://claude.ai',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      token_endpoint_auth_method: 'none',
      scope: 'claudeai',
      ...grants,
    },
    used: ['https://claude.ai/api/mcp/auth_callback'],
  },
  {
    title: 'Cursor, with three redirects at once',
    body: {
      client_name: 'Cursor',
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
      token_endpoint_auth_method: 'none',
      ...grants,
    },
    used: ['cursor://anysphere.cursor-mcp/oauth/callback', 'http://localhost:8787/callback'],
  },
  {
    title: 'VS Code, with four redirects at once',
    body: {
      client_name: 'Visual Studio Code',
      client_uri: 'https://code.visualstudio.com',
      redirect_uris: [
        'https://insiders.vscode.dev/redirect',
        'https://vscode.dev/redirect',
        'http://127.0.0.1/',
        'http://127.0.0.1:33418/',
      ],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
    used: ['https://vscode.dev/redirect', 'http://127.0.0.1:33418/', 'http://127.0.0.1:52345/'],
  },
  {
    title: 'opencode',
    body: {
      client_name: 'OpenCode',
      client_uri: 'https://opencode.ai',
      redirect_uris: ['http://127.0.0.1:19876/mcp/oauth/callback'],
      token_endpoint_auth_method: 'none',
      ...grants,
    },
    used: ['http://127.0.0.1:19876/mcp/oauth/callback'],
  },
  {
    title: 'mcp-remote',
    body: {
      client_name: 'MCP CLI Proxy',
      client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
      redirect_uris: ['http://localhost:3334/oauth/callback'],
      software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
      software_version: '0.15.1',
      token_endpoint_auth_method: 'none',
      ...grants,
    },
    used: ['http://localhost:3334/oauth/callback'],
  },
]

/** Programs whose redirect the owner has to allow first, by `ALLOWED_REDIRECTS`. */
export const ON_PREMISES: readonly Registration[] = [
  {
    title: 'n8n',
    body: {
      client_name: 'n8n',
      client_uri: 'https://n8n.example.com',
      redirect_uris: ['https://n8n.example.com/rest/oauth2-credential/callback'],
      token_endpoint_auth_method: 'client_secret_basic',
      ...grants,
    },
    used: ['https://n8n.example.com/rest/oauth2-credential/callback'],
  },
  {
    title: 'Copilot Studio',
    body: {
      client_name: 'Copilot Studio',
      redirect_uris: ['https://global.consent.example.com/redirect/mostik-5f0a'],
      token_endpoint_auth_method: 'client_secret_post',
      ...grants,
    },
    used: ['https://global.consent.example.com/redirect/mostik-5f0a'],
  },
]
