import type { Wire } from '../contenders.ts'
import { TOKEN } from '../running-server.ts'

export type Method = 'tools/call' | 'tools/list'

const MODERN = '2026-07-28'
const SESSION = '2025-11-25'
const SSE = '2024-11-05'
const META = 'io.modelcontextprotocol/'
const CLIENT = { name: 'bench', version: '1.0.0' }

/** Eight digits, to be overwritten in the bytes of a request. */
export const ID_PLACE = 99_999_999
export const FIRST_ID = 10_000_000

export function headersFor(wire: Wire, method?: string, token = TOKEN): Record<string, string> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  if (wire === 'session') headers['mcp-protocol-version'] = SESSION
  if (wire !== 'stateless' || method === undefined) return headers
  headers['mcp-protocol-version'] = MODERN
  headers['mcp-method'] = method
  if (method === 'tools/call') headers['mcp-name'] = 'echo'
  return headers
}

export function requestFor(wire: Wire, method: Method | 'server/discover', id = ID_PLACE): string {
  const params = {
    ...(method === 'tools/call' && { name: 'echo', arguments: { text: 'hello world', language: 'en' } }),
    ...(wire === 'stateless' && {
      _meta: {
        [`${META}protocolVersion`]: MODERN,
        [`${META}clientInfo`]: CLIENT,
        [`${META}clientCapabilities`]: {},
      },
    }),
  }
  return JSON.stringify({ jsonrpc: '2.0', id, method, params })
}

export function initializeFor(wire: Wire, id = 1): string {
  const protocolVersion = wire === 'sse' ? SSE : SESSION
  const params = { protocolVersion, capabilities: {}, clientInfo: CLIENT }
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'initialize', params })
}

export const INITIALIZED = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })
