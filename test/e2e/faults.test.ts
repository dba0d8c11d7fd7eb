import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, initialize, JSON_HEADERS, list, openSession, post, postModern } from '../support/rpc.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let url: string
beforeAll(async () => {
  stack = await startStack()
  url = `${stack.url}/mcp`
})
afterAll(() => stack.close())

describe('a faulty request gets the error that the specification names', () => {
  it('malformed JSON: 400, -32700', async () => {
    const { status, body } = await post(url, '{"jsonrpc":"2.0",')
    expect([status, body.error?.code]).toEqual([400, -32700])
  })

  it('an empty body: 400, -32700', async () => {
    const { status, body } = await post(url, '')
    expect([status, body.error?.code]).toEqual([400, -32700])
  })

  it.each([
    [42],
    ['"text"'],
    [null],
    [{}],
    [{ jsonrpc: '1.0', id: 1, method: 'ping' }],
    [{ jsonrpc: '2.0', id: 1 }],
  ])('JSON that is no message (%j): 400, -32600', async (message) => {
    const { status, body } = await post(url, JSON.stringify(message))
    expect([status, body.error?.code]).toEqual([400, -32600])
  })

  it.each(['text/plain', 'application/jsonp', 'multipart/form-data', ''])(
    'content type %j: 415',
    async (type) => {
      expect((await post(url, list(), { 'content-type': type })).status).toBe(415)
    },
  )

  it('an unknown method of a session: -32601', async () => {
    const id = await openSession(url)
    const { status, body } = await post(
      url,
      { jsonrpc: '2.0', id: 1, method: 'no/such' },
      { 'mcp-session-id': id },
    )
    expect([status, body.error?.code]).toEqual([200, -32601])
  })

  it('an unknown method in 2026-07-28: 404, -32601', async () => {
    const { status, body } = await postModern(url, 'no/such')
    expect([status, body.error?.code]).toEqual([404, -32601])
  })

  it('an unsupported revision header: 400', async () => {
    expect((await post(url, list(), { 'mcp-protocol-version': '1999-01-01' })).status).toBe(400)
  })

  it('an unsupported revision in the envelope: 400, -32022 with the supported ones', async () => {
    const change = {
      meta: { 'io.modelcontextprotocol/protocolVersion': '2030-01-01' },
      headers: { 'mcp-protocol-version': '2030-01-01' },
    }
    const { status, body } = await postModern(url, 'tools/list', {}, change)
    expect([status, body.error?.code]).toEqual([400, -32022])
    expect(body.error?.data).toMatchObject({ supported: ['2026-07-28'], requested: '2030-01-01' })
  })

  it.each([
    ['Mcp-Method', { 'mcp-method': 'tools/call' }],
    ['Mcp-Method missing', { 'mcp-method': undefined }],
    ['MCP-Protocol-Version', { 'mcp-protocol-version': '2025-11-25' }],
    ['MCP-Protocol-Version missing', { 'mcp-protocol-version': undefined }],
  ])('a header that disagrees with the body (%s): 400, -32020', async (_, headers) => {
    const { status, body } = await postModern(url, 'tools/list', {}, { headers })
    expect([status, body.error?.code]).toEqual([400, -32020])
  })

  it.each([
    ['Mcp-Name', 'other'],
    ['Mcp-Name missing', undefined],
  ])('a tool name that disagrees with the header (%s): 400, -32020', async (_, name) => {
    const params = { name: 'lab_get_echo', arguments: { text: 'x' } }
    const { status, body } = await postModern(url, 'tools/call', params, { headers: { 'mcp-name': name } })
    expect([status, body.error?.code]).toEqual([400, -32020])
  })

  it('a tool name in Base64 in the header is the same name', async () => {
    const encoded = `=?base64?${Buffer.from('lab_get_echo').toString('base64')}?=`
    const params = { name: 'lab_get_echo', arguments: { text: 'x' } }
    const { body } = await postModern(url, 'tools/call', params, { headers: { 'mcp-name': encoded } })
    expect(body.result?.structuredContent).toEqual({ text: 'x' })
  })

  it('an incomplete envelope: 400, -32602', async () => {
    const change = { meta: { 'io.modelcontextprotocol/clientCapabilities': undefined } }
    const { status, body } = await postModern(url, 'tools/list', {}, change)
    expect([status, body.error?.code]).toEqual([400, -32602])
  })

  it('arguments that are not an object: -32602', async () => {
    const id = await openSession(url)
    const { body } = await post(url, call(1, 'lab_get_echo', 'x' as never), { 'mcp-session-id': id })
    expect(body.error?.code).toBe(-32602)
  })

  it('an incomplete initialize: -32602', async () => {
    const { body } = await post(url, { jsonrpc: '2.0', id: 4, method: 'initialize', params: {} })
    expect(body).toMatchObject({ id: 4, error: { code: -32602 } })
  })

  it('an unknown cursor: -32602', async () => {
    const { body } = await post(url, { ...list(), params: { cursor: 'page-2' } })
    expect(body.error?.code).toBe(-32602)
  })

  it.each(['PUT', 'PATCH'])('%s: 405 with what is allowed', async (method) => {
    const response = await fetch(url, { method, body: '{}', headers: JSON_HEADERS })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toContain('POST')
  })

  it('GET from something that reads neither streams nor JSON-RPC: 405, never a page', async () => {
    const response = await fetch(url, { headers: { accept: 'text/html' } })
    expect(response.status).toBe(405)
    expect(response.headers.get('content-type')).toContain('json')
  })
})

describe('a batch', () => {
  const batch = [list(1), { jsonrpc: '2.0', id: 2, method: 'ping' }]

  it('is served to revision 2025-03-26, which has batches', async () => {
    const { headers } = await post(url, initialize('2025-03-26'))
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...JSON_HEADERS, 'mcp-session-id': headers.get('mcp-session-id') ?? '' },
      body: JSON.stringify(batch),
    })
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text).toContain('"id":1')
    expect(text).toContain('"id":2')
  })

  it.each(['2025-06-18', '2025-11-25'])('is refused in %s: 400, -32600', async (revision) => {
    const { status, body } = await post(url, batch, { 'mcp-protocol-version': revision })
    expect([status, body.error?.code]).toEqual([400, -32600])
  })

  it('with a 2026-07-28 request inside is refused: 400, -32600', async () => {
    const modern = {
      ...list(),
      params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } },
    }
    const { status, body } = await post(url, [modern])
    expect([status, body.error?.code]).toEqual([400, -32600])
  })
})

describe('the body limit', () => {
  it('is 4 MB: 413 for more, an answer for a little less', async () => {
    const text = 'x'.repeat(4 * 1024 * 1024)
    expect((await post(url, call(1, 'lab_get_echo', { text }))).status).toBe(413)
    expect((await post(url, call(1, 'lab_get_echo', { text: text.slice(500) }))).status).toBe(200)
  })

  it('holds for a body that does not say its length', async () => {
    const chunk = Buffer.alloc(256 * 1024, 'x')
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        if (sent > 40) controller.close()
        else controller.enqueue(chunk)
      },
    })
    const response = await fetch(url, {
      method: 'POST',
      headers: JSON_HEADERS,
      body,
      duplex: 'half',
    } as RequestInit).catch(() => undefined)
    expect(response?.status ?? 413).toBe(413)
    expect((await post(url, list())).status).toBe(200)
  })
})

describe('clients that are a little odd', () => {
  it.each([{ cursor: '' }, { cursor: null }])('that send %j for the first page get it', async (params) => {
    expect((await post(url, { ...list(), params })).body.result?.tools).toHaveLength(3)
  })

  it('that send a null progress token get their answer, and their session can end', async () => {
    const id = await openSession(url)
    const odd = call(1, 'lab_get_echo', { text: 'x' }, { _meta: { progressToken: null } })
    expect((await post(url, odd, { 'mcp-session-id': id })).body.result?.structuredContent).toEqual({
      text: 'x',
    })
  })

  it('that begin their JSON with a byte order mark are understood', async () => {
    expect((await post(url, `\ufeff${JSON.stringify(list())}`)).status).toBe(200)
  })
})

describe('simple clients', () => {
  it.each(['application/json', '*/*', 'application/json, text/event-stream'])(
    'that accept %s get JSON',
    async (accept) => {
      const { headers, body } = await post(url, list(), { accept })
      expect(headers.get('content-type')).toBe('application/json')
      expect(body.result?.tools).toHaveLength(3)
    },
  )

  it('that accept only an event stream get one event', async () => {
    const { headers, body } = await post(url, list(), { accept: 'text/event-stream' })
    expect(headers.get('content-type')).toBe('text/event-stream')
    expect(body.result?.tools).toHaveLength(3)
  })

  it('that call an old name of a tool reach it', async () => {
    expect((await post(url, call(1, 'echo', { text: 'x' }))).body.result?.structuredContent).toEqual({
      text: 'x',
    })
  })
})

it('garbage on the socket costs only its own connection', async () => {
  const garbage = [
    Buffer.from('\0\x01\x02'.repeat(500)),
    Buffer.from('GET /mcp HTTP/9.9\r\n\r\n'),
    Buffer.from('POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: -5\r\n\r\n'),
  ]
  await Promise.all(
    garbage.map(
      (bytes) =>
        new Promise<void>((resolve) => {
          const socket = connect(stack.port, '127.0.0.1', () => socket.end(bytes))
          socket.on('error', () => resolve())
          socket.on('close', () => resolve())
          socket.resume()
        }),
    ),
  )
  expect((await post(url, list())).status).toBe(200)
})

it('keys of the prototype chain in a message change nothing', async () => {
  const message =
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"lab_get_echo","arguments":{"text":"x","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}}'
  await post(url, message)
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  expect((await post(url, call(1, 'constructor', {}))).body.error?.code).toBe(-32602)
})

it('an argument that the tool does not know is refused with those that it knows, not dropped', async () => {
  const { body } = await post(url, call(1, 'lab_get_echo', { text: 'x', txet: 'y' }))
  expect(body.result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('The tool knows: text.') }],
  })
})
