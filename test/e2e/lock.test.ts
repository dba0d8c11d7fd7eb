import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, initialize, list, post } from '../support/rpc.ts'
import { type Stack, startStack } from '../support/stack.ts'

const TOKEN = 'a-long-enough-secret-token'
let locked: Stack
beforeAll(async () => {
  locked = await startStack({ environment: { API_TOKEN: TOKEN, ALLOWED_ORIGINS: 'https://app.example.com' } })
})
afterAll(() => locked.close())

const bearer = { authorization: `Bearer ${TOKEN}` }

/** fetch() does not let a program choose Host, so this goes one level lower. */
function statusWith(path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(locked.url + path, { headers, method }, (incoming) => {
      resolve(incoming.statusCode ?? 0)
      outgoing.destroy()
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

describe('API_TOKEN guards every face of the server', () => {
  it.each([
    ['POST', '/mcp'],
    ['GET', '/mcp'],
    ['HEAD', '/mcp'],
    ['DELETE', '/mcp'],
    ['POST', '/mcp/'],
    ['GET', '/sse'],
    ['HEAD', '/sse'],
    ['GET', '/sse/'],
    ['GET', '/mcp/sse'],
    ['POST', '/messages'],
    ['POST', '/mcp/messages'],
    ['POST', '/lab/mcp'],
    ['GET', '/lab/sse'],
    ['GET', '/api/tools'],
    ['POST', '/api/tools/lab_get_echo'],
    ['GET', '/nothing/here'],
  ])('%s %s', async (method, path) => {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
    expect(await statusWith(path, headers, method)).toBe(401)
    expect(await statusWith(path, { ...headers, authorization: 'Bearer wrong' }, method)).toBe(401)
    expect(await statusWith(path, { ...headers, ...bearer }, method)).not.toBe(401)
  })

  it.each(['/', '/docs', '/openapi.json', '/healthz', '/health', '/readyz'])('but not %s', async (path) => {
    expect(await statusWith(path, {})).toBe(200)
  })

  it('and says how to come in (RFC 6750 §3)', async () => {
    const missing = await post(`${locked.url}/mcp`, initialize())
    expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="mostik"')
    expect(missing.body).toMatchObject({ error: 'unauthorized', hint: expect.stringContaining('API_TOKEN') })
    const wrong = await post(`${locked.url}/mcp`, initialize(), { authorization: 'Bearer nope' })
    expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  it('never through the query string', async () => {
    expect((await post(`${locked.url}/mcp?token=${TOKEN}&access_token=${TOKEN}`, initialize())).status).toBe(
      401,
    )
  })
})

describe('a request from elsewhere', () => {
  const json = { 'content-type': 'application/json', ...bearer }

  it.each(['/mcp', '/sse', '/api/tools', '/', '/docs'])(
    'with a foreign Host is refused at %s',
    async (path) => {
      expect(await statusWith(path, { ...json, host: 'evil.example.com' })).toBe(403)
    },
  )

  it.each(['/healthz', '/readyz'])(
    'with a foreign Host reaches %s: hosting probes use names of their own',
    async (path) => {
      expect(await statusWith(path, { host: 'healthcheck.example.com' })).toBe(200)
    },
  )

  it.each(['/mcp', '/sse', '/api/tools'])('from a foreign web page is refused at %s', async (path) => {
    expect(await statusWith(path, { ...json, origin: 'https://evil.example.com' })).toBe(403)
  })
})

describe('a browser client of an allowed origin', () => {
  const origin = 'https://app.example.com'

  it('may ask first, without a token', async () => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'mcp-method,mcp-param-x',
    }
    const response = await fetch(`${locked.url}/mcp`, { method: 'OPTIONS', headers })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('access-control-allow-headers')).toContain('mcp-param-x')
  })

  it('can read the answers, refusals included', async () => {
    const ok = await post(`${locked.url}/mcp`, initialize(), { origin, ...bearer })
    const refused = await post(`${locked.url}/mcp`, initialize(), { origin })
    for (const { headers } of [ok, refused]) {
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      expect(headers.get('access-control-expose-headers')).toContain('mcp-session-id')
      expect(headers.get('access-control-expose-headers')).toContain('www-authenticate')
      expect(headers.get('access-control-expose-headers')).toContain('mcp-protocol-version')
    }
  })
})

describe('the ceiling of the environment', () => {
  it('READ_ONLY leaves only reads, whatever the address says', async () => {
    const stack = await startStack({ environment: { READ_ONLY: '1' } })
    const { body } = await post(`${stack.url}/mcp?read_only=0`, list())
    expect(JSON.stringify(body.result)).not.toContain('lab_create_trouble')
    const refused = await post(`${stack.url}/mcp`, call(1, 'lab_create_trouble', { how: 'bug' }))
    expect(refused.body.result).toMatchObject({
      isError: true,
      _meta: { 'mostik/error': { kind: 'not_allowed' } },
    })
    await stack.close()
  })

  it('DISABLE_TOOLS takes a tool away under all its names', async () => {
    const stack = await startStack({ environment: { DISABLE_TOOLS: 'lab_get_echo' } })
    expect((await post(`${stack.url}/mcp`, call(1, 'echo', { text: 'x' }))).body.error?.code).toBe(-32602)
    expect(JSON.stringify((await post(`${stack.url}/mcp`, list())).body)).not.toContain('lab_get_echo')
    await stack.close()
  })
})

describe('a narrowed address', () => {
  const names = async (query: string) => {
    const { body } = await post(`${locked.url}/mcp${query}`, list(), bearer)
    return ((body.result?.tools ?? []) as { name: string }[]).map(({ name }) => name)
  }

  it('sees less', async () => {
    expect(await names('?read_only=1')).toEqual(['lab_get_echo', 'lab_get_later'])
    expect(await names('?toolsets=trouble')).toEqual(['lab_create_trouble'])
    expect(await names('?toolsets=trouble&read_only=1')).toEqual([])
  })

  it('with a toolset that does not exist is refused with the list of those that do', async () => {
    const { status, body } = await post(`${locked.url}/mcp?toolsets=nope`, list(), bearer)
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain('lab, trouble')
  })
})
