import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { post } from '../support/rpc.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

const callTool = (name: string, input: unknown, query = '') =>
  post(`${stack.url}/api/tools/${name}${query}`, input)
const getJson = async (path: string) =>
  (await fetch(stack.url + path)).json() as Promise<Record<string, unknown>>

describe('POST /api/tools/{name}', () => {
  it('answers with the output of the tool', async () => {
    const { status, body } = await callTool('lab_get_echo', { text: 'hi' })
    expect([status, body]).toEqual([200, { text: 'hi' }])
  })

  it('knows the other names of a tool', async () => {
    expect((await callTool('echo', { text: 'hi' })).status).toBe(200)
  })

  it.each([
    [
      { how: 'explained' },
      404,
      { error: 'not_found', message: 'No such thing.', hint: 'Look again.', candidates: ['a', 'b'] },
    ],
    [{ how: 'limit' }, 429, { error: 'rate_limited', retry_after_seconds: 7 }],
    [{ how: 'nonsense' }, 400, { error: 'invalid_input', message: expect.stringContaining('how: ') }],
    ['{"how":', 400, { error: 'invalid_input', message: 'The body is not valid JSON.' }],
    ['[]', 400, { error: 'invalid_input' }],
  ])('explains the failure of %j', async (input, status, problem) => {
    const reply = await callTool('lab_create_trouble', input)
    expect(reply.status).toBe(status)
    expect(reply.body).toMatchObject(problem)
  })

  it('says when to come back in the header too', async () => {
    expect((await callTool('lab_create_trouble', { how: 'limit' })).headers.get('retry-after')).toBe('7')
  })

  it('tells nothing of a bug but its incident', async () => {
    const { status, body } = await callTool('lab_create_trouble', { how: 'bug' })
    expect(status).toBe(500)
    expect(body).toMatchObject({ incident: expect.any(String) })
    expect(JSON.stringify(body)).not.toContain('secret internals')
  })

  it('refuses a tool that is not there, and a body over 4 MB', async () => {
    expect((await callTool('no_such_tool', {})).status).toBe(404)
    expect((await callTool('lab_get_echo', { text: 'x'.repeat(4 * 1024 * 1024) })).status).toBe(413)
  })

  it('is narrowed by the address as MCP is', async () => {
    const { status, body } = await callTool('lab_create_trouble', { how: 'bug' }, '?read_only=1')
    expect([status, body.error]).toEqual([403, 'not_allowed'])
  })
})

it('GET /api/tools lists the tools with their schemas', async () => {
  const { tools } = (await getJson('/api/tools')) as { tools: object[] }
  expect(tools).toHaveLength(3)
  expect(tools[0]).toMatchObject({ name: 'lab_get_echo', access: 'read', inputSchema: { type: 'object' } })
})

describe('/', () => {
  it('is JSON for a program: name, version, status, connectors, endpoints', async () => {
    expect(await getJson('/')).toMatchObject({
      name: 'mostik',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      status: 'ok',
      connectors: [{ id: 'lab', state: 'linked' }],
      endpoints: { mcp: `${stack.url}/mcp`, sse: `${stack.url}/sse` },
    })
  })

  it('is a page for a browser', async () => {
    const response = await fetch(stack.url, { headers: { accept: 'text/html' } })
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await response.text()).toContain(`${stack.url}/mcp`)
  })
})

it('everything that the pages load is there', async () => {
  for (const path of ['/', '/docs']) {
    const page = await (await fetch(stack.url + path, { headers: { accept: 'text/html' } })).text()
    const assets = [...page.matchAll(/(?:src|href)="[^"]*(\/assets\/[^"]+)"/g)].map(([, asset]) => asset)
    expect(assets.length).toBeGreaterThan(1)
    for (const asset of assets) expect((await fetch(stack.url + asset)).status).toBe(200)
  }
  expect((await fetch(`${stack.url}/assets/nothing.js`)).status).toBe(404)
})

it('/openapi.json names this server and every tool', async () => {
  expect(await getJson('/openapi.json')).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\./),
    servers: [{ url: stack.url }],
    paths: { '/api/tools/lab_get_echo': {}, '/api/tools/lab_create_trouble': {} },
  })
})

it('/openapi.json is narrowed by its query, and refuses one that it does not understand', async () => {
  expect(JSON.stringify(await getJson('/openapi.json?read_only=1'))).not.toContain('lab_create_trouble')
  expect((await fetch(`${stack.url}/openapi.json?toolsets=nope`)).status).toBe(400)
})

it('/healthz and /readyz answer', async () => {
  expect(await getJson('/healthz')).toEqual({ status: 'ok' })
  expect(await getJson('/readyz')).toEqual({ status: 'ready' })
})
