import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveProgram } from '../../support/program.ts'
import { expectDemoAccount, patienceMs, stdioProgram } from './demo-account.ts'

let product: Awaited<ReturnType<typeof serveProgram>>
beforeAll(async () => {
  product = await serveProgram()
})
afterAll(async () => {
  product.child.kill('SIGTERM')
  expect(await product.exited).toBe(0)
})

const at = (path: string) => new URL(path, product.url)

test.concurrent.each<[string, () => Transport]>([
  // The SDK's own types disagree here under exactOptionalPropertyTypes.
  ['Streamable HTTP at /mcp', () => new StreamableHTTPClientTransport(at('/mcp')) as Transport],
  ['SSE at /sse', () => new SSEClientTransport(at('/sse'))],
  ['SSE at /mcp', () => new SSEClientTransport(at('/mcp'))],
  ['stdio', () => new StdioClientTransport(stdioProgram)],
])(
  'a client on SDK 1 works in the demo account over %s',
  async (way, open) => {
    const client = new Client({ name: 'sdk-1', version: '1.0.0' })
    await client.connect(open())
    try {
      expect(client.getServerVersion()).toMatchObject({ name: 'mostik' })
      await expectDemoAccount(client, `SDK 1, ${way}`)
    } finally {
      await client.close()
    }
  },
  patienceMs,
)
