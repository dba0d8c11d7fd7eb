/** The words of the protocol that the hot path needs, free of SDK objects. */

/** Session-based revisions, newest first; HTTP+SSE and Streamable HTTP. */
export const LEGACY_REVISIONS: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']
export const LATEST_LEGACY_REVISION = '2025-11-25'
/** The stateless revision. */
export const MODERN_REVISION = '2026-07-28'

const META = 'io.modelcontextprotocol/'
export const VERSION_KEY = `${META}protocolVersion`
export const CAPABILITIES_KEY = `${META}clientCapabilities`
export const CLIENT_KEY = `${META}clientInfo`
export const SERVER_KEY = `${META}serverInfo`

/** JSON-RPC 2.0 §5.1, and the codes MCP servers use for HTTP troubles. */
export const PARSE_ERROR = -32700
export const INVALID_REQUEST = -32600
export const INVALID_PARAMS = -32602
export const INTERNAL_ERROR = -32603
export const SERVER_ERROR = -32000
export const SESSION_NOT_FOUND = -32001

export type RequestId = string | number

export interface Message {
  readonly jsonrpc: '2.0'
  readonly id?: RequestId
  readonly method: string
  readonly params?: Record<string, unknown>
}

export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** A single well-formed request or notification; everything else is left to the SDK's own checks. */
export function isMessage(value: unknown): value is Message {
  return (
    isObject(value) &&
    value.jsonrpc === '2.0' &&
    typeof value.method === 'string' &&
    (value.params === undefined || isObject(value.params)) &&
    (!('id' in value) || typeof value.id === 'string' || Number.isSafeInteger(value.id))
  )
}

/** `clientInfo`; the field is optional in some places. */
export function isImplementation(value: unknown): boolean {
  if (value === undefined) return true
  return isObject(value) && typeof value.name === 'string' && typeof value.version === 'string'
}

export function metaOf(message: Message): JsonObject | undefined {
  const meta = message.params?._meta
  return isObject(meta) ? meta : undefined
}

/** A reply around a result that is JSON already. */
export function reply(id: RequestId, resultJson: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${resultJson}}`
}

export function errorReply(id: RequestId | null, code: number, message: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })
}
