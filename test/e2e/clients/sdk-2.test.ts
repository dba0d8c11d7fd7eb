import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
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

const http = () => new StreamableHTTPClientTransport(new URL('/mcp', product.url))
const sse = () => new SSEClientTransport(new URL('/sse', product.url))
const stdio = () => new StdioClientTransport(stdioProgram)
const pinned = { pin: '2026-07-28' }

test.concurrent.each<[string, VersionNegotiationMode, () => Transport, string]>([
  ['Streamable HTTP, finding the revision itself', 'auto', http, '2026-07-28'],
  ['Streamable HTTP, pinned to 2026-07-28', pinned, http, '2026-07-28'],
  ['Streamable HTTP, as a client of 2025', 'legacy', http, '2025-11-25'],
  ['SSE, as a client of 2025', 'legacy', sse, '2025-11-25'],
  ['stdio, finding the revision itself', 'auto', stdio, '2026-07-28'],
  ['stdio, as a client of 2025', 'legacy', stdio, '2025-11-25'],
])(
  'a client on SDK 2 works in the demo account over %s',
  async (way, mode, open, revision) => {
    const client = new Client({ name: 'sdk-2', version: '1.0.0' }, { versionNegotiation: { mode } })
    await client.connect(open())
    try {
      expect(client.getNegotiatedProtocolVersion()).toBe(revision)
      await expectDemoAccount(client, `SDK 2, ${way}`)
    } finally {
      await client.close()
    }
  },
  patienceMs,
)
