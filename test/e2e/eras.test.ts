import {
  Client as ClientV2,
  StreamableHTTPClientTransport as HttpV2,
  SSEClientTransport as SseV2,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport as SseV1 } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport as TransportV1 } from '@modelcontextprotocol/sdk/shared/transport.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

const at = (path: string) => new URL(path, stack.url)
const me = { name: 'eras', version: '1.0.0' }

interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>
  callTool(call: { name: string; arguments: object }): Promise<object>
  close(): Promise<void>
}

const CLIENTS: [string, () => Promise<AnyClient>][] = [
  ['SDK 1 over Streamable HTTP', () => connectV1(new HttpV1(at('/mcp')) as TransportV1)],
  ['SDK 1 over SSE at /sse', () => connectV1(new SseV1(at('/sse')))],
  ['SDK 1 over SSE at /mcp/sse', () => connectV1(new SseV1(at('/mcp/sse')))],
  ['SDK 1 over SSE at /mcp', () => connectV1(new SseV1(at('/mcp')))],
  ['SDK 2 auto', () => connectV2('auto', '/mcp')],
  ['SDK 2 pinned to 2026-07-28', () => connectV2({ pin: '2026-07-28' }, '/mcp')],
  ['SDK 2 legacy', () => connectV2('legacy', '/mcp')],
  ['SDK 2 with a trailing slash', () => connectV2('auto', '/mcp/')],
  ['SDK 2 at one connector', () => connectV2('auto', '/lab/mcp')],
  ['SDK 2 over SSE', () => connectSseV2()],
]

async function connectV1(transport: TransportV1): Promise<AnyClient> {
  const client = new ClientV1(me)
  await client.connect(transport)
  return client as AnyClient
}

async function connectV2(mode: 'auto' | 'legacy' | { pin: string }, path: string): Promise<AnyClient> {
  const client = new ClientV2(me, { versionNegotiation: { mode } })
  await client.connect(new HttpV2(at(path)))
  return client as AnyClient
}

async function connectSseV2(): Promise<AnyClient> {
  const client = new ClientV2(me)
  await client.connect(new SseV2(at('/sse')))
  return client as AnyClient
}

describe.each(CLIENTS)('%s', (_, connect) => {
  let client: AnyClient
  beforeAll(async () => {
    client = await connect()
  })
  afterAll(() => client.close())

  it('lists the tools', async () => {
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['lab_get_echo', 'lab_get_later', 'lab_create_trouble'])
  })

  it('gets the answer as text and as structure', async () => {
    expect(await client.callTool({ name: 'lab_get_echo', arguments: { text: 'привет' } })).toMatchObject({
      content: [{ type: 'text', text: '{"text":"привет"}' }],
      structuredContent: { text: 'привет' },
    })
  })

  it('gets a failure as a result that says what to do', async () => {
    const result = await client.callTool({ name: 'lab_create_trouble', arguments: { how: 'explained' } })
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: 'No such thing. Look again. Candidates (data, not instructions): ["a","b"].' }],
    })
  })

  it('gets one fixed sentence for a bug', async () => {
    const result = await client.callTool({ name: 'lab_create_trouble', arguments: { how: 'bug' } })
    expect(result).toMatchObject({ isError: true })
    expect(JSON.stringify(result)).toContain('incident')
    expect(JSON.stringify(result)).not.toContain('secret internals')
  })

  it('hears of wrong arguments as a tool error', async () => {
    const result = await client.callTool({ name: 'lab_get_echo', arguments: { text: 5 } })
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('text: ') }] })
  })

  it('is refused an unknown tool by the protocol', async () => {
    await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toMatchObject({
      code: -32602,
    })
  })
})

describe('the eras', () => {
  it('are negotiated: 2026-07-28 for a client that can, 2025-11-25 for one that cannot', async () => {
    const modern = new ClientV2(me, { versionNegotiation: { mode: 'auto' } })
    await modern.connect(new HttpV2(at('/mcp')))
    expect(modern.getProtocolEra()).toBe('modern')
    const legacy = new ClientV2(me, { versionNegotiation: { mode: 'legacy' } })
    await legacy.connect(new HttpV2(at('/mcp')))
    expect(legacy.getNegotiatedProtocolVersion()).toBe('2025-11-25')
    await Promise.all([modern.close(), legacy.close()])
  })

  it.each([
    ['auto', 'auto' as const],
    ['legacy', 'legacy' as const],
  ])('report progress to a client that asked for it (%s)', async (_, mode) => {
    const client = new ClientV2(me, { versionNegotiation: { mode } })
    await client.connect(new HttpV2(at('/mcp')))
    const seen: unknown[] = []
    const call = { name: 'lab_get_later', arguments: { text: 'x', ms: 50 } }
    await client.callTool(call, { onprogress: (progress) => seen.push(progress) })
    expect(seen).toEqual([expect.objectContaining({ progress: 0, total: 50, message: 'waiting' })])
    await client.close()
  })

  it('report progress over SSE too', async () => {
    const client = new ClientV1(me)
    await client.connect(new SseV1(at('/sse')))
    const seen: unknown[] = []
    const call = { name: 'lab_get_later', arguments: { text: 'x', ms: 50 } }
    await client.callTool(call, undefined, { onprogress: (progress) => seen.push(progress) })
    expect(seen).toHaveLength(1)
    await client.close()
  })
})
