// HTTP+SSE (2024-11-05) by the official SDK 1: version 2 has no server for it.
import { createServer } from 'node:http'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { z } from 'zod'
import { benchTools, KILOBYTE } from '../servers/tools.mjs'

const tools = benchTools(z, Number(process.env.NTOOLS))
const transports = new Map()

const server = createServer(async (request, response) => {
  if (request.method === 'GET') {
    const transport = new SSEServerTransport('/messages', response)
    transports.set(transport.sessionId, transport)
    response.on('close', () => transports.delete(transport.sessionId))
    return createEchoServer().connect(transport)
  }
  await transports.get(request.url.split('sessionId=')[1])?.handlePostMessage(request, response)
})

function createEchoServer() {
  const echo = new McpServer({ name: 'echo', version: '1.0.0' })
  for (const { name, title, description, input, output } of tools) {
    echo.registerTool(name, { title, description, inputSchema: input, outputSchema: output }, answer)
  }
  return echo
}

async function answer() {
  const output = { text: KILOBYTE }
  return { content: [{ type: 'text', text: JSON.stringify(output) }], structuredContent: output }
}

server.keepAliveTimeout = 120_000
server.listen(Number(process.env.PORT), '127.0.0.1')
