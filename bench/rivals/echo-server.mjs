import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { benchTools, KILOBYTE } from '../servers/tools.mjs'

// Schemas are built once: only what the SDK itself does for each server is measured.
const tools = benchTools(z, Number(process.env.NTOOLS)).map(
  ({ name, title, description, input, output }) => ({
    name,
    config: { title, description, inputSchema: z.object(input), outputSchema: z.object(output) },
  }),
)

/** The bench's tools on the official SDK's high-level server. */
export function createEchoServer() {
  const server = new McpServer({ name: 'echo', version: '1.0.0' })
  for (const { name, config } of tools) server.registerTool(name, config, answer)
  return server
}

async function answer() {
  const output = { text: KILOBYTE }
  return { content: [{ type: 'text', text: JSON.stringify(output) }], structuredContent: output }
}
