import type { ServerResponse } from 'node:http'
import { type Gate, isChallenge } from '../auth/gate.ts'
import type { AskGate } from '../http/router.ts'
import type { Handlers, Mount } from '../http/routes.ts'
import type { Caller } from '../kernel/caller.ts'
import type { McpEndpoint } from '../mcp/endpoint.ts'
import type { Narrowing } from '../policy/narrowing.ts'

/** The gate as the routes ask it: its refusals are finished answers. */
export function askGate(gate: Gate): AskGate {
  const finished = (answer: Awaited<ReturnType<Gate>>): Caller | Response => {
    if (!isChallenge(answer)) return answer
    const { status, challenge, message, hint } = answer
    return Response.json(
      { error: 'unauthorized', message, hint },
      { status, headers: { 'www-authenticate': challenge } },
    )
  }
  return (knock) => {
    const answer = gate(knock)
    return answer instanceof Promise ? answer.then(finished) : finished(answer)
  }
}

/** The MCP endpoint as the routes see it: each mount narrows, and a stream ends with its caller's connection. */
export function mcpHandlers(around: {
  endpoint: McpEndpoint
  gate: Pick<Gate, 'watch'>
  narrow(connector: string | undefined, url: string): Narrowing
  /** What stands before every path where a proxy serves this server below that path. */
  basePath: string
}): Handlers['mcp'] {
  const { endpoint, gate, narrow, basePath } = around
  const identify = (url: string | undefined, caller: Caller, { connector }: Mount) => ({
    caller,
    narrowing: narrow(connector, url ?? ''),
  })
  /** Requests are checked one by one; a stream is open for hours, and a call may run for minutes. */
  const endWithConnection = (response: ServerResponse, caller: Caller) => {
    const stop = gate.watch(caller, () => response.destroy())
    response.once('close', stop)
  }

  return {
    streamable(request, response, caller, mount) {
      endWithConnection(response, caller)
      const messages = `${basePath}${mount.path}/mcp/messages`
      return endpoint.streamable(request, response, identify(request.url, caller, mount), messages)
    },
    sse(request, response, caller, mount) {
      endWithConnection(response, caller)
      const isBelowMcp = request.url?.split('?', 1)[0]?.includes('/mcp/sse')
      const messages = `${basePath}${mount.path}/${isBelowMcp ? 'mcp/' : ''}messages`
      return endpoint.sse(request, response, identify(request.url, caller, mount), messages)
    },
    messages: (request, response, caller, mount) =>
      endpoint.messages(request, response, identify(undefined, caller, mount)),
  }
}
