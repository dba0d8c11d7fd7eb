import { describe, expect, it } from 'vitest'
import type { Caller } from '../kernel/caller.ts'
import { readNarrowing } from '../policy/narrowing.ts'
import { type LabTool, openLab, serveLab } from './testing/lab.ts'

const tools: LabTool[] = [
  { connector: 'lab', toolset: 'main', access: 'read' },
  { connector: 'lab', toolset: 'main', access: 'write' },
  { connector: 'lab', toolset: 'main', access: 'destroy' },
]
const ceiling = new Set(['lab:read', 'lab:write'])
const reader: Caller = {
  userId: 'owner',
  clientId: 'client.example.com/1',
  scopes: new Set(['lab:read']),
  resourceMetadata: 'https://crm.example.com/.well-known/oauth-protected-resource/mcp',
}
const { resourceMetadata: _, ...deaf } = reader
const callers = { reader, deaf, chatgpt: { ...reader, clientId: 'chatgpt/1' } }
const challenge =
  'Bearer error="insufficient_scope", error_description="The person has not allowed lab:write", scope="lab:read lab:write", resource_metadata="https://crm.example.com/.well-known/oauth-protected-resource/mcp"'

async function open() {
  const lab = await openLab(tools, ceiling)
  const base = await serveLab(lab, callers)

  function post(
    caller: keyof typeof callers,
    body: unknown,
    headers: Record<string, string> = {},
    path = '/mcp',
  ) {
    return fetch(base + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'x-caller': caller,
        ...headers,
      },
      body: JSON.stringify(body),
    })
  }
  return { ...lab, base, post }
}

const call = (name: string, more: object = {}) => ({
  jsonrpc: '2.0',
  id: 7,
  method: 'tools/call',
  params: { name, arguments: {}, ...more },
})
const modern = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  },
}
const modernHeaders = (name: string) => ({
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': name,
})
const WRITE = 'lab_get_mainwrite'

describe('a call that its client may ask to be allowed', () => {
  it.each([
    ['in the 2025 revisions', call(WRITE), {}],
    ['in 2026-07-28', call(WRITE, modern), modernHeaders(WRITE)],
    ['that wants to hear of progress', call(WRITE, { _meta: { progressToken: 1 } }), {}],
    [
      'that wants to hear of progress in 2026-07-28',
      call(WRITE, { _meta: { ...modern._meta, progressToken: 1 } }),
      modernHeaders(WRITE),
    ],
  ])('is a 403 that names all scopes %s, and is in the journal as refused', async (_, body, headers) => {
    const { post, noted } = await open()
    const answer = await post('reader', body, headers)
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toBe(challenge)
    expect(await answer.json()).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32000, message: expect.stringContaining('lab:write') },
    })
    expect(noted).toEqual([{ tool: WRITE, decision: 'refused', outcome: 'not_allowed' }])
  })

  it('is a 403 within a session that the SDK has joined', async () => {
    const { post } = await open()
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'c', version: '1' },
    }
    const opened = await post('reader', { jsonrpc: '2.0', id: 1, method: 'initialize', params })
    const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
    await post('reader', call('lab_get_mainread', { _meta: { progressToken: 1 } }), session)
    const answer = await post('reader', call(WRITE, { _meta: { progressToken: 2 } }), session)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([403, challenge])
  })

  it.each([
    ['in the 2025 revisions', call(WRITE), {}],
    ['in 2026-07-28', call(WRITE, modern), modernHeaders(WRITE)],
    ['that wants to hear of progress', call(WRITE, { _meta: { progressToken: 1 } }), {}],
  ])('is for ChatGPT a result that brings its login card %s', async (_, body, headers) => {
    const { post } = await open()
    const answer = await post('chatgpt', body, headers)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([200, null])
    expect(await answer.json()).toMatchObject({
      id: 7,
      result: {
        isError: true,
        content: [{ type: 'text', text: expect.stringContaining('lab:write') }],
        _meta: { 'mcp/www_authenticate': [challenge], 'mostik/error': { kind: 'not_allowed' } },
      },
    })
  })

  it('is a result with the challenge where answers have no status: in a batch, and over HTTP+SSE', async () => {
    const { post, base } = await open()
    const expected = { isError: true, _meta: { 'mcp/www_authenticate': [challenge] } }
    const batch = await post('reader', [call(WRITE)], { 'mcp-protocol-version': '2025-03-26' })
    expect(batch.status).toBe(200)
    const text = await batch.text()
    expect(JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))).toMatchObject({
      result: expected,
    })

    const stream = await fetch(`${base}/sse`, { headers: { 'x-caller': 'reader' } })
    const reading = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    const endpoint = /data: (\S+)/.exec((await reading?.read())?.value ?? '')?.[1]
    expect((await post('reader', call(WRITE), {}, endpoint)).status).toBe(202)
    const said = (await reading?.read())?.value ?? ''
    expect(JSON.parse(said.slice(said.indexOf('{')))).toMatchObject({ id: 7, result: expected })
    await reading?.cancel()
  })
})

describe('any other refusal is a result like any other', () => {
  it.each([
    ['a caller who cannot ask', 'deaf', WRITE],
    ['a scope above the ceiling', 'reader', 'lab_get_maindestroy'],
  ] as const)('for %s', async (_, caller, name) => {
    const { post } = await open()
    const answer = await post(caller, call(name))
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([200, null])
    const { result } = (await answer.json()) as { result: { isError: boolean; _meta: object } }
    expect(result.isError).toBe(true)
    expect(Object.keys(result._meta)).toEqual(['mostik/error'])
  })

  it('at an address that leaves the tool out', async () => {
    const lab = await openLab(tools, ceiling)
    const narrowing = readNarrowing(undefined, new URLSearchParams('read_only=1'), new Set(['main']))
    const base = await serveLab(lab, callers, narrowing)
    const headers = { 'content-type': 'application/json', 'x-caller': 'reader' }
    const answer = await fetch(`${base}/mcp`, { method: 'POST', headers, body: JSON.stringify(call(WRITE)) })
    expect(answer.status).toBe(200)
  })
})

describe('the list', () => {
  it.each(['reader', 'chatgpt'] as const)(
    'says for %s which scope each tool needs, in both places',
    async (caller) => {
      const { post } = await open()
      const answer = await post(caller, { jsonrpc: '2.0', id: 1, method: 'tools/list' })
      const { result } = (await answer.json()) as { result: { tools: object[] } }
      const securitySchemes = [{ type: 'oauth2', scopes: ['lab:read'] }]
      expect(result.tools).toEqual([
        expect.objectContaining({ name: 'lab_get_mainread', securitySchemes, _meta: { securitySchemes } }),
      ])
    },
  )

  it('says nothing of scopes to a caller who cannot ask', async () => {
    const { post } = await open()
    const answer = await post('deaf', { jsonrpc: '2.0', id: 1, method: 'tools/list' })
    expect(await answer.text()).not.toMatch(/securitySchemes|_meta/)
  })

  it('is the same over the SDK', async () => {
    const { post } = await open()
    const batch = [{ jsonrpc: '2.0', id: 1, method: 'tools/list' }]
    const text = await (await post('reader', batch, { 'mcp-protocol-version': '2025-03-26' })).text()
    expect(text).toContain('"securitySchemes":[{"type":"oauth2","scopes":["lab:read"]}]')
  })
})
