import type { Caller } from '../kernel/caller.ts'
import type { Narrowing } from '../policy/narrowing.ts'
import type { ToolCalls } from './call-tool.ts'
import type { Catalog } from './catalog.ts'
import * as protocol from './protocol.ts'
import { errorReply, type JsonObject, type Message, metaOf, type RequestId, reply } from './protocol.ts'
import { inWords, toResultJson } from './results.ts'
import type { Running } from './running.ts'
import type { ServerCard } from './server-card.ts'
import type { View, ViewOf } from './views.ts'

/** Where a message came from. */
interface Exchange {
  readonly era: 'legacy' | 'modern'
  readonly caller: Caller
  readonly narrowing: Narrowing
  readonly running: Running
}

/** The answer to a call that its client may ask to be allowed: to be sent as 403, where an answer has a status. */
export interface Refusal {
  /** The value of `WWW-Authenticate`. */
  readonly challenge: string
  /** Of the status 403. */
  readonly json: string
  /** Where there is no status: a result like any other. */
  readonly result: string
}

/**
 * Answers the methods that clients call all the time, without an SDK object in between.
 * `undefined` means declined: the message is rare or odd, and the SDK answers it.
 */
export type Dispatcher = (request: Message, exchange: Exchange) => Promise<Answer> | string | undefined

type Answer = string | Refusal

export function createDispatcher(around: {
  card: ServerCard
  catalog: Catalog
  viewOf: ViewOf
  calls: ToolCalls
}): Dispatcher {
  const { card, catalog, viewOf, calls } = around
  const serverMeta = `"${protocol.SERVER_KEY}":${JSON.stringify(card.info)}`
  const complete = '"resultType":"complete"'
  const cached = `"ttlMs":${card.cacheMs},"cacheScope":"private"`
  const discovery = `{"supportedVersions":["${protocol.MODERN_REVISION}"],"capabilities":${JSON.stringify(card.capabilities)},"instructions":${JSON.stringify(card.instructions)},${complete},${cached},"_meta":{${serverMeta}}}`

  return (request, exchange) => {
    const { id, method, params } = request
    if (id === undefined) return undefined
    const modern = exchange.era === 'modern'
    switch (method) {
      case 'tools/call':
        return call(id, request, exchange)
      case 'tools/list': {
        // Some clients send null or an empty string for the first page.
        if (params?.cursor) {
          return errorReply(id, protocol.INVALID_PARAMS, 'Unknown cursor: the list has one page.')
        }
        const list = ({ toolsJson }: View) =>
          modern
            ? reply(id, `{"tools":${toolsJson},${complete},${cached},"_meta":{${serverMeta}}}`)
            : reply(id, `{"tools":${toolsJson}}`)
        const view = viewOf(exchange.caller, exchange.narrowing)
        return view instanceof Promise ? view.then(list) : list(view)
      }
      case 'ping':
        return modern ? undefined : reply(id, '{}')
      case 'server/discover':
        return modern ? reply(id, discovery) : undefined
      default:
        return undefined
    }
  }

  function call(id: RequestId, request: Message, exchange: Exchange): Promise<Answer> | string | undefined {
    const { name, arguments: input } = request.params ?? {}
    if (typeof name !== 'string' || !isArguments(input)) return undefined
    const { caller, narrowing, running } = exchange
    const entry = catalog.find(name)
    const token = metaOf(request)?.progressToken
    if (typeof token === 'string' || typeof token === 'number') {
      // The SDK's answers have one status.
      const isRefused = entry && calls.challengeFor({ entry, caller, narrowing }) !== undefined
      if (!isRefused) return undefined
    }
    if (entry === undefined) {
      calls.refuseUnknown(exchange.caller)
      return errorReply(id, protocol.INVALID_PARAMS, 'Unknown tool: call tools/list for the names.')
    }
    const started = running.start(id)
    const { signal, isCancelled } = started
    const call = { entry, caller, narrowing, input, signal, isCancelled, progress() {} }
    return calls.callTool(call).then((outcome) => {
      started.done()
      const isModern = exchange.era === 'modern'
      const result = isModern ? toResultJson(outcome, serverMeta, complete) : toResultJson(outcome)
      if (outcome.ok || outcome.challenge === undefined || isChatGpt(caller)) return reply(id, result)
      const { challenge, failure } = outcome
      return {
        challenge,
        json: errorReply(id, protocol.SERVER_ERROR, inWords(failure)),
        result: reply(id, result),
      }
    })
  }
}

/** It shows its login card for a result, and takes a 403 for a fault of the server. */
function isChatGpt({ clientId }: Caller): boolean {
  return /^chatgpt(\.com)?\//.test(clientId)
}

function isArguments(value: unknown): value is JsonObject | undefined {
  return value === undefined || protocol.isObject(value)
}
