/** Hand-made requests, for what well-behaved clients never send. */
export const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

export type Reply = {
  status: number
  headers: Headers
  body: { result?: Rec; error?: { code: number; message: string; data?: unknown }; id?: unknown } & Rec
}
type Rec = Record<string, unknown>

export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...JSON_HEADERS, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parse(text) }
}

function parse(text: string) {
  const data = text.startsWith('event:') || text.startsWith('id:') ? /^data: (\{.*)$/m.exec(text)?.[1] : text
  try {
    return JSON.parse(data ?? '{}')
  } catch {
    return { text }
  }
}

export const initialize = (protocolVersion = '2025-11-25', id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'hand', version: '1' } },
})

export const call = (id: unknown, name: string, args: object, extra: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args, ...extra },
})

export const list = (id: unknown = 2) => ({ jsonrpc: '2.0', id, method: 'tools/list' })

/** Opens a 2025 session and gives its id. */
export async function openSession(url: string, headers: Record<string, string> = {}): Promise<string> {
  const { headers: answered } = await post(url, initialize(), headers)
  const id = answered.get('mcp-session-id')
  if (id === null) throw new Error('no session id')
  await post(
    url,
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { ...headers, 'mcp-session-id': id },
  )
  return id
}

/** A complete 2026-07-28 request with its headers. */
export async function postModern(
  url: string,
  method: string,
  params: Rec = {},
  change: { headers?: Record<string, string | undefined>; meta?: Rec | undefined } = {},
): Promise<Reply> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'hand', version: '1' },
    ...change.meta,
  }
  const headers: Record<string, string | undefined> = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(typeof params.name === 'string' && { 'mcp-name': params.name }),
    ...change.headers,
  }
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
  return post(
    url,
    { jsonrpc: '2.0', id: 7, method, params: { ...params, _meta: meta } },
    given as Record<string, string>,
  )
}
