import type { IncomingHttpHeaders } from 'node:http'
import * as protocol from './protocol.ts'
import { isImplementation, isObject, type Message, metaOf } from './protocol.ts'

/**
 * True for a flawless 2026-07-28 request: envelope complete, every standard header there and equal to the body
 * (2026-07-28, transports, standard headers). Anything less is not refused here; the SDK finds the right error.
 */
export function isFlawlessModern(message: Message, headers: IncomingHttpHeaders): boolean {
  const meta = metaOf(message)
  return (
    meta !== undefined &&
    message.id !== undefined &&
    meta[protocol.VERSION_KEY] === protocol.MODERN_REVISION &&
    headers['mcp-protocol-version'] === protocol.MODERN_REVISION &&
    headers['mcp-method'] === message.method &&
    (message.method !== 'tools/call' || headers['mcp-name'] === message.params?.name) &&
    isObject(meta[protocol.CAPABILITIES_KEY]) &&
    isImplementation(meta[protocol.CLIENT_KEY])
  )
}

/** True when nothing about a message speaks of the stateless era. */
export function isPlainlyLegacy(message: Message, headers: IncomingHttpHeaders): boolean {
  const version = headers['mcp-protocol-version']
  if (version !== undefined && !protocol.LEGACY_REVISIONS.includes(String(version))) return false
  const meta = metaOf(message)
  return meta === undefined || !(protocol.VERSION_KEY in meta)
}
