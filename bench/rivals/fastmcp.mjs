import { FastMCP } from 'fastmcp'
import { z } from 'zod'
import { benchTools, KILOBYTE } from '../servers/tools.mjs'

const silent = { debug() {}, info() {}, log() {}, warn() {}, error() {} }
const server = new FastMCP({ name: 'echo', version: '1.0.0', logger: silent })
for (const { name, title, description, input, output } of benchTools(z, Number(process.env.NTOOLS))) {
  server.addTool({
    name,
    description,
    annotations: { title },
    parameters: z.object(input),
    outputSchema: z.object(output),
    execute: async () => {
      const answer = { text: KILOBYTE }
      return { content: [{ type: 'text', text: JSON.stringify(answer) }], structuredContent: answer }
    },
  })
}
await server.start({
  transportType: 'httpStream',
  httpStream: {
    port: Number(process.env.PORT),
    host: '127.0.0.1',
    endpoint: '/mcp',
    enableJsonResponse: true,
  },
})
