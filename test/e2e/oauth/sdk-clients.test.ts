import {
  Client as ClientOf2,
  StreamableHTTPClientTransport as HttpOf2,
  SSEClientTransport as SseOf2,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import { Client as ClientOf1 } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport as SseOf1 } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport as HttpOf1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport as TransportOf1 } from '@modelcontextprotocol/sdk/shared/transport.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../../support/oauth/browser.ts'
import { type Access, allow, CALLBACK, reachConsent } from '../../support/oauth/consent.ts'
import { signedIn } from '../../support/oauth/people.ts'
import { createProvider } from '../../support/oauth/sdk-provider.ts'
import { type OauthStack, startOauthStack } from '../../support/oauth/stack.ts'

let stack: OauthStack
let owner: Browser
beforeAll(async () => {
  stack = await startOauthStack()
  owner = await signedIn(stack.url)
})
afterAll(() => stack.close())

const CLAUDE_CODE = 'https://claude.ai/oauth/claude-code-client-metadata'
type Provider = ReturnType<typeof createProvider>['provider']

/** What is the same in both SDKs, as far as these tests use it. */
interface Session {
  connect(): Promise<void>
  finish(callback: URL): Promise<void>
  call(name: string, input: Record<string, unknown>): Promise<unknown>
  close(): Promise<void>
}

function sessionOf2(path: string, provider: Provider, mode: VersionNegotiationMode): Session {
  const client = new ClientOf2({ name: 'sdk-2', version: '1.0.0' }, { versionNegotiation: { mode } })
  const options = { authProvider: provider as never }
  const url = new URL(path, stack.url)
  const transport = path.endsWith('sse') ? new SseOf2(url, options) : new HttpOf2(url, options)
  return {
    connect: () => client.connect(transport),
    finish: (callback) => transport.finishAuth(callback.searchParams),
    call: (name, input) => client.callTool({ name, arguments: input }),
    close: () => client.close(),
  }
}

function sessionOf1(path: string, provider: Provider): Session {
  const client = new ClientOf1({ name: 'sdk-1', version: '1.0.0' })
  const options = { authProvider: provider as never }
  const url = new URL(path, stack.url)
  const transport = path.endsWith('sse') ? new SseOf1(url, options) : new HttpOf1(url, options)
  return {
    // The SDK's own types disagree here under exactOptionalPropertyTypes.
    connect: () => client.connect(transport as TransportOf1),
    finish: (callback) => transport.finishAuth(callback.searchParams.get('code') ?? ''),
    call: (name, input) => client.callTool({ name, arguments: input }),
    close: () => client.close(),
  }
}

const ways: [string, string, (provider: Provider) => Session][] = [
  [
    'SDK 2 of 2026 over Streamable HTTP',
    '/mcp',
    (provider) => sessionOf2('/mcp', provider, { pin: '2026-07-28' }),
  ],
  ['SDK 2 finding its era over Streamable HTTP', '/mcp', (provider) => sessionOf2('/mcp', provider, 'auto')],
  ['SDK 2 of 2025 over Streamable HTTP', '/mcp', (provider) => sessionOf2('/mcp', provider, 'legacy')],
  ['SDK 2 of 2025 over SSE', '/sse', (provider) => sessionOf2('/sse', provider, 'legacy')],
  ['SDK 2 on one connector', '/lab/mcp', (provider) => sessionOf2('/lab/mcp', provider, 'auto')],
  ['SDK 1 over Streamable HTTP', '/mcp', (provider) => sessionOf1('/mcp', provider)],
  ['SDK 1 over SSE', '/sse', (provider) => sessionOf1('/sse', provider)],
  ['SDK 1 over SSE on one connector', '/lab/sse', (provider) => sessionOf1('/lab/sse', provider)],
]

/** Connects, is sent to the browser, comes back, and connects again. */
async function connect(
  kept: ReturnType<typeof createProvider>,
  open: (provider: Provider) => Session,
  access: Access,
) {
  const first = open(kept.provider)
  await expect(first.connect()).rejects.toThrow()
  const address = kept.seen.asked.at(-1)
  if (address === undefined) throw new Error('not sent to a browser')
  await first.finish(await allow(owner, await reachConsent(owner, address), access))
  await first.close()
  const session = open(kept.provider)
  await session.connect()
  return { session, address }
}

describe.each([
  ['registered by itself', undefined],
  ['by the document of its vendor', CLAUDE_CODE],
])('a client %s', (_, documentId) => {
  it.each(ways)(
    'as %s is refused, asks the person, works, and refreshes by itself',
    async (_name, path, open) => {
      const kept = createProvider(CALLBACK, documentId)
      const { session, address } = await connect(kept, open, 'look')
      expect(address.searchParams.get('resource')).toBe(stack.url + path)
      expect(address.searchParams.get('scope')).toContain('lab:read')
      expect(kept.seen.registrations).toBe(documentId === undefined ? 1 : kept.seen.registrations)
      expect(await session.call('lab_get_echo', { text: 'hello' })).toMatchObject({
        structuredContent: { text: 'hello' },
      })
      await session.close()

      const { access_token, ...rest } = kept.kept.tokens ?? { access_token: '' }
      kept.kept.tokens = { access_token: `${access_token.slice(0, -3)}old`, ...rest }
      const later = open(kept.provider)
      await later.connect()
      expect(await later.call('lab_get_echo', { text: 'again' })).toMatchObject({
        structuredContent: { text: 'again' },
      })
      await later.close()
      expect([kept.seen.refreshes, kept.seen.asked.length]).toEqual([1, 1])
    },
  )
})

it.each(ways.filter(([name]) => /SDK 2.*Streamable/.test(name)))(
  'as %s a call that needs more asks the person for all that it needs, and then works',
  async (_, __, open) => {
    const kept = createProvider(CALLBACK)
    const { session } = await connect(kept, open, 'look')
    const stepUp = session.call('lab_create_trouble', { how: 'explained' })
    await expect(stepUp).rejects.toThrow()
    const asked = kept.seen.asked.at(-1)
    if (asked === undefined || kept.seen.asked.length !== 2) throw new Error('not asked once more')
    expect(asked.searchParams.get('scope')?.split(' ')).toEqual(
      expect.arrayContaining(['lab:read', 'lab:write']),
    )
    await session.finish(await allow(owner, await reachConsent(owner, asked), 'change'))
    await session.close()
    const wider = open(kept.provider)
    await wider.connect()
    const answer = await wider.call('lab_create_trouble', { how: 'explained' })
    expect(JSON.stringify(answer)).toContain('No such thing.')
    await wider.close()
  },
)
