// The official SDK 2 alone: 2026-07-28 through createMcpHandler, the 2025 revisions through one stateful transport a session.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createEchoServer } from './echo-server.mjs'

const modern = toNodeHandler(createMcpHandler(() => createEchoServer(), { legacy: 'reject' }))
const sessions = new Map()

const server = createServer(async (request, response) => {
  if (process.env.WIRE === 'stateless') return modern(request, response)
  const transport = sessions.get(request.headers['mcp-session-id']) ?? (await openSession())
  await transport.handleRequest(request, response)
})

async function openSession() {
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    // Answers as plain JSON, as Mostik gives them; the default, one event stream an answer, costs about the same.
    enableJsonResponse: true,
    onsessioninitialized: (id) => sessions.set(id, transport),
    onsessionclosed: (id) => sessions.delete(id),
  })
  await createEchoServer().connect(transport)
  return transport
}

server.keepAliveTimeout = 120_000
server.listen(Number(process.env.PORT), '127.0.0.1')
