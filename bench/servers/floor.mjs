// The floor: node:http and JSON, by hand. It checks nothing, so no correct server can be cheaper than about this.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { benchTools, KILOBYTE } from './tools.mjs'

const CALL_RESULT = {
  content: [{ type: 'text', text: JSON.stringify({ text: KILOBYTE }) }],
  structuredContent: { text: KILOBYTE },
}
const streams = new Map()
let toolsJson

const server = createServer((request, response) => {
  if (request.method === 'GET') return openStream(request, response)
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', async () => {
    const message = JSON.parse(chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString())
    const json =
      message.id === undefined
        ? undefined
        : `{"jsonrpc":"2.0","id":${message.id},"result":${await resultOf(message)}}`
    const stream = streams.get(request.url.split('sessionId=')[1])
    if (stream !== undefined || json === undefined) {
      response.writeHead(202).end()
      if (json !== undefined) stream.write(`event: message\ndata: ${json}\n\n`)
      return
    }
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }
    if (message.method === 'initialize') headers['mcp-session-id'] = randomUUID()
    response.writeHead(200, headers).end(json)
  })
})

function openStream(request, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  response.flushHeaders()
  const id = randomUUID()
  streams.set(id, response)
  response.once('close', () => streams.delete(id))
  if (request.url === '/sse') response.write(`event: endpoint\ndata: /messages?sessionId=${id}\n\n`)
}

async function resultOf({ method, params }) {
  if (method === 'tools/call') return JSON.stringify(CALL_RESULT)
  if (method === 'tools/list') {
    toolsJson ??= await listTools()
    return `{"tools":${toolsJson}}`
  }
  const serverInfo = { name: 'floor', version: '1.0.0' }
  return JSON.stringify({ protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo })
}

/** Here and not at the top: zod would be most of the floor's start. */
async function listTools() {
  const { z } = await import('zod')
  const tools = benchTools(z, Number(process.env.NTOOLS)).map(
    ({ name, title, description, input, output }) => ({
      name,
      title,
      description,
      inputSchema: z.toJSONSchema(z.object(input), { io: 'input' }),
      outputSchema: z.toJSONSchema(z.object(output)),
    }),
  )
  return JSON.stringify(tools)
}

server.keepAliveTimeout = 120_000
server.listen(Number(process.env.PORT), '127.0.0.1')
