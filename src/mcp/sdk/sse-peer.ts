import {
  type JSONRPCMessage,
  type McpServer,
  type MessageExtraInfo,
  parseJSONRPCMessage,
  type Server,
  type Transport,
} from '@modelcontextprotocol/server'
import type { SsePeer } from '../fallback.ts'
import { errorReply, INVALID_REQUEST } from '../protocol.ts'
import { authInfoOf } from './server.ts'

/** The SDK's side of one HTTP+SSE connection (revision 2024-11-05): the stream itself belongs to `sse.ts`. */
export async function createSsePeer(
  server: McpServer | Server,
  write: (json: string) => void,
): Promise<SsePeer> {
  const transport: Transport = {
    start: async () => undefined,
    send: async (message) => write(JSON.stringify(message)),
    close: async () => transport.onclose?.(),
  }
  await server.connect(transport)
  return {
    deliver(message, { caller, narrowing }) {
      let parsed: JSONRPCMessage
      try {
        parsed = parseJSONRPCMessage(message)
      } catch {
        // The only reader of this is the client that sent it.
        write(errorReply(null, INVALID_REQUEST, 'The message is not valid JSON-RPC.'))
        return
      }
      const extra: MessageExtraInfo = { authInfo: authInfoOf(caller, narrowing) }
      transport.onmessage?.(parsed, extra)
    },
    close: () => server.close(),
  }
}
