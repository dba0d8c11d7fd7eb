/** Requests that are right, to be spoiled. */
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'soak', version: '1' },
}

export const initialize = (id: unknown = 1, protocolVersion = '2025-11-25', capabilities: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'initialize',
  params: { protocolVersion, capabilities, clientInfo: { name: 'soak', version: '1' } },
})

export const echo = (id: unknown, text: string, meta?: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'lab_get_echo', arguments: { text }, ...(meta && { _meta: meta }) },
})

export const later = (id: unknown, ms: number, meta?: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'lab_get_later', arguments: { text: 'later', ms }, ...(meta && { _meta: meta }) },
})

export const odd = (id: unknown) => ({ jsonrpc: '2.0', id, method: 'no/such' })

export interface Frame {
  readonly body: object
  readonly headers: Record<string, string>
}

const modern = (method: string, params: object = {}, name?: string): Frame => ({
  body: { jsonrpc: '2.0', id: 7, method, params: { ...params, _meta: META } },
  headers: {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(name !== undefined && { 'mcp-name': name }),
  },
})

export const FRAMES: readonly Frame[] = [
  { body: initialize(), headers: {} },
  { body: initialize('x', '2024-11-05'), headers: {} },
  { body: echo(1, 'привет'), headers: {} },
  { body: echo(2, 'x', { progressToken: 'p' }), headers: { 'mcp-protocol-version': '2025-11-25' } },
  { body: { jsonrpc: '2.0', id: 3, method: 'tools/list' }, headers: {} },
  { body: { jsonrpc: '2.0', id: 'p', method: 'ping' }, headers: { 'mcp-session-id': 'from-before' } },
  { body: { jsonrpc: '2.0', method: 'notifications/initialized' }, headers: {} },
  { body: { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }, headers: {} },
  { body: { jsonrpc: '2.0', id: 4, result: {} }, headers: {} },
  { body: odd(5), headers: {} },
  { body: [echo(1, 'a'), echo(2, 'b')], headers: { 'mcp-protocol-version': '2025-03-26' } },
  modern('tools/list'),
  modern('server/discover'),
  modern('tools/call', { name: 'lab_get_echo', arguments: { text: 'x' } }, 'lab_get_echo'),
  modern('tools/call', { name: 'lab_create_trouble', arguments: { how: 'explained' } }, 'lab_create_trouble'),
]
