import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, initialize, post } from '../support/rpc.ts'
import { endpointOf, messageOf, readSse } from '../support/sse-reader.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ keepAliveMs: 60 })
})
afterAll(() => stack.close())

const PATHS = [
  '/sse',
  '/sse/',
  '/mcp/sse',
  '/mcp/sse/',
  '/mcp',
  '/mcp/',
  '/lab/sse',
  '/lab/mcp/sse',
  '/lab/mcp',
]

describe.each(PATHS)('the event stream at %s', (path) => {
  it('answers GET with the headers that keep proxies out of it, without a redirect', async () => {
    const stream = await readSse(stack.url + path)
    expect(stream.status).toBe(200)
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    })
    stream.close()
  })

  it('answers HEAD with the same headers and ends', async () => {
    const response = await fetch(stack.url + path, { method: 'HEAD', redirect: 'error' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(await response.text()).toBe('')
  })

  it('serves a whole conversation on the endpoint that it names', async () => {
    const stream = await readSse(stack.url + path)
    const messages = stack.url + (await endpointOf(stream))
    const accepted = await post(messages, initialize('2024-11-05', 'i'))
    expect(accepted.status).toBe(202)
    expect(await messageOf(stream)).toMatchObject({ id: 'i', result: { protocolVersion: '2024-11-05' } })
    await post(messages, { jsonrpc: '2.0', method: 'notifications/initialized' })
    await post(messages, call(2, 'echo', { text: 'hi' }))
    expect(await messageOf(stream)).toMatchObject({ id: 2, result: { structuredContent: { text: 'hi' } } })
    stream.close()
  })
})

it('an event stream opens for a browser too, whatever it accepts', async () => {
  const stream = await readSse(`${stack.url}/sse`, { accept: 'text/html,application/xhtml+xml' })
  expect(stream.headers['content-type']).toBe('text/event-stream')
  stream.close()
})

it('comment frames keep an idle stream alive', async () => {
  const stream = await readSse(`${stack.url}/sse`)
  await endpointOf(stream)
  expect([await stream.next(), await stream.next()]).toEqual([': keep-alive', ': keep-alive'])
  stream.close()
})

describe('an HTTP+SSE session', () => {
  it('that nobody knows is 404', async () => {
    expect(
      (await post(`${stack.url}/messages?sessionId=nobody`, call(1, 'echo', { text: 'x' }))).status,
    ).toBe(404)
    expect((await post(`${stack.url}/messages`, call(1, 'echo', { text: 'x' }))).status).toBe(404)
  })

  it('ends with its stream', async () => {
    const stream = await readSse(`${stack.url}/sse`)
    const messages = stack.url + (await endpointOf(stream))
    stream.close()
    let status = 202
    while (status === 202) status = (await post(messages, call(1, 'echo', { text: 'x' }))).status
    expect(status).toBe(404)
  })

  it('keeps the narrowing of the address that opened it', async () => {
    const stream = await readSse(`${stack.url}/sse?read_only=1`)
    const messages = stack.url + (await endpointOf(stream))
    await post(messages, { jsonrpc: '2.0', id: 1, method: 'tools/list' })
    const { result } = (await messageOf(stream)) as { result: { tools: { name: string }[] } }
    expect(result.tools.map(({ name }) => name)).toEqual(['lab_get_echo', 'lab_get_later'])
    await post(messages, call(2, 'lab_create_trouble', { how: 'explained' }))
    expect(JSON.stringify(await messageOf(stream))).toContain(
      'This connection may not use lab_create_trouble.',
    )
    stream.close()
  })

  it('answers an unknown method with an error on the stream', async () => {
    const stream = await readSse(`${stack.url}/sse`)
    const messages = stack.url + (await endpointOf(stream))
    await post(messages, initialize('2024-11-05'))
    await messageOf(stream)
    await post(messages, { jsonrpc: '2.0', id: 5, method: 'no/such' })
    expect(await messageOf(stream)).toMatchObject({ id: 5, error: { code: -32601 } })
    stream.close()
  })

  it('says 400 to what is not a message, 415 to what is not JSON', async () => {
    const stream = await readSse(`${stack.url}/sse`)
    const messages = stack.url + (await endpointOf(stream))
    expect((await post(messages, '{"jsonrpc":')).status).toBe(400)
    expect((await post(messages, [])).status).toBe(400)
    expect((await post(messages, {}, { 'content-type': 'text/plain' })).status).toBe(415)
    stream.close()
  })
})

it('the endpoint carries the path prefix of PUBLIC_URL', async () => {
  const prefixed = await startStack({
    environment: { PUBLIC_URL: 'https://example.com/bridge', AUTH: 'none' },
  })
  const stream = await readSse(`${prefixed.url}/sse`)
  expect(await endpointOf(stream)).toMatch(/^\/bridge\/messages\?sessionId=/)
  stream.close()
  await prefixed.close()
})

it('a stop lets a running call finish and then ends the streams', async () => {
  const stopping = await startStack()
  const stream = await readSse(`${stopping.url}/sse`)
  const messages = stopping.url + (await endpointOf(stream))
  await post(messages, call(1, 'lab_get_later', { text: 'last words', ms: 150 }))
  const closed = stopping.app.close(2_000)
  expect(await messageOf(stream)).toMatchObject({
    result: { structuredContent: { text: 'last words', cancelled: false } },
  })
  await Promise.all([stream.ended, closed])
  await stopping.close()
})
