import * as protocol from './protocol.ts'
import {
  errorReply,
  isImplementation,
  isObject,
  type JsonObject,
  type Message,
  type RequestId,
  reply,
} from './protocol.ts'
import type { ServerCard } from './server-card.ts'

/** A complete `initialize` request (2025-11-25, lifecycle). */
export function isInitialize(message: Message): boolean {
  const { id, method, params } = message
  return (
    method === 'initialize' &&
    id !== undefined &&
    typeof params?.protocolVersion === 'string' &&
    isObject(params.capabilities) &&
    isObject(params.clientInfo) &&
    isImplementation(params.clientInfo)
  )
}

/** The client's revision when we speak it, else our newest (2025-11-25, version negotiation). */
export function negotiate(requested: unknown): string {
  const isKnown = typeof requested === 'string' && protocol.LEGACY_REVISIONS.includes(requested)
  return isKnown ? requested : protocol.LATEST_LEGACY_REVISION
}

export function initializeReply(card: ServerCard, id: RequestId, protocolVersion: string): string {
  const { capabilities, info: serverInfo, instructions } = card
  return reply(id, JSON.stringify({ protocolVersion, capabilities, serverInfo, instructions }))
}

/** The answer to an `initialize` that `isInitialize` does not take. */
export function incompleteInitialize(id: RequestId): string {
  const message = 'initialize needs protocolVersion, capabilities and clientInfo with name and version.'
  return errorReply(id, protocol.INVALID_PARAMS, message)
}

/** What is kept of an `initialize`: what the SDK must hear when it joins, however much the client sent. */
export function remembered({ params }: Message): Message {
  const { clientInfo, capabilities, protocolVersion } = params as Record<string, JsonObject>
  return {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: {
      protocolVersion: negotiate(protocolVersion),
      capabilities: knownCapabilities(capabilities ?? {}),
      clientInfo: { name: shortened(clientInfo?.name), version: shortened(clientInfo?.version) },
    },
  }
}

/** Told to the SDK after `initialize`, when it joins a session that the dispatcher has started. */
export const INITIALIZED: Message = { jsonrpc: '2.0', method: 'notifications/initialized' }

/** The client capabilities that a server can use (2025-11-25, capability negotiation). */
function knownCapabilities({ roots, sampling, elicitation }: JsonObject): JsonObject {
  return {
    ...(isObject(roots) && { roots: { listChanged: roots.listChanged === true } }),
    ...(isObject(sampling) && { sampling: present(sampling, ['tools', 'context']) }),
    ...(isObject(elicitation) && { elicitation: present(elicitation, ['form', 'url']) }),
  }
}

function present(capability: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.filter((name) => isObject(capability[name])).map((name) => [name, {}]))
}

function shortened(text: unknown): string {
  return String(text).slice(0, 100)
}
