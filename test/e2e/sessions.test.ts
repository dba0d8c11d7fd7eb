import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import { createMcpEndpoint, type McpEndpoint } from '../../src/mcp/endpoint.ts'
import { wholeSurface } from '../../src/policy/narrowing.ts'
import { call, initialize, list, openSession, post, postModern } from '../support/rpc.ts'
import { endpointOf, messageOf, readSse } from '../support/sse-reader.ts'
import { lab, type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let url: string
beforeAll(async () => {
  stack = await startStack()
  url = `${stack.url}/mcp`
})
afterAll(() => stack.close())

const session = (id: string) => ({ 'mcp-session-id': id })
const end = (id: string) => fetch(url, { method: 'DELETE', headers: session(id) })

describe('a session', () => {
  it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])(
    'speaks the revision %s of its client',
    async (revision) => {
      const { body, headers } = await post(url, initialize(revision))
      expect(body.result).toMatchObject({ protocolVersion: revision, serverInfo: { name: 'mostik' } })
      expect(headers.get('mcp-session-id')).toMatch(/^[\x21-\x7e]{32,}$/)
    },
  )

  it('answers an unknown revision with the newest one it speaks', async () => {
    expect((await post(url, initialize('2030-01-01'))).body.result).toMatchObject({
      protocolVersion: '2025-11-25',
    })
  })

  it('is over after DELETE: 404, and the client may open a new one', async () => {
    const id = await openSession(url)
    expect((await end(id)).status).toBe(200)
    const { status, body } = await post(url, list(), session(id))
    expect([status, body.error?.code]).toEqual([404, -32001])
    expect((await end(id)).status).toBe(404)
    expect(await openSession(url)).not.toBe(id)
  })

  it('that nobody knows, as after a restart, is served under the authority of the caller', async () => {
    const { status, body } = await post(
      url,
      call(3, 'lab_get_echo', { text: 'still here' }),
      session('from-before'),
    )
    expect(status).toBe(200)
    expect(body.result?.structuredContent).toEqual({ text: 'still here' })
    const stream = await readSse(url, session('from-before'))
    expect(stream.status).toBe(200)
    stream.close()
  })

  it('answers a ping', async () => {
    const id = await openSession(url)
    expect((await post(url, { jsonrpc: '2.0', id: 'p', method: 'ping' }, session(id))).body).toEqual({
      jsonrpc: '2.0',
      id: 'p',
      result: {},
    })
  })

  it('takes notifications with 202', async () => {
    const id = await openSession(url)
    expect(
      (await post(url, { jsonrpc: '2.0', method: 'notifications/roots/list_changed' }, session(id))).status,
    ).toBe(202)
  })
})

describe('the stream of a session', () => {
  it('belongs to the newest GET; the older one ends', async () => {
    const id = await openSession(url)
    const older = await readSse(url, session(id))
    const newer = await readSse(url, session(id))
    await older.ended
    expect(newer.status).toBe(200)
    newer.close()
  })

  it('belongs to the newest GET also when the SDK serves the session', async () => {
    const id = await openSession(url)
    const progress = call(1, 'lab_get_later', { text: 'x', ms: 1 }, { _meta: { progressToken: 1 } })
    await post(url, progress, session(id))
    const older = await readSse(url, session(id))
    const newer = await readSse(url, session(id))
    await older.ended
    expect(newer.status).toBe(200)
    newer.close()
  })
})

describe('colliding request ids in one session', () => {
  it('are each answered right', async () => {
    const id = await openSession(url)
    const texts = ['a', 'b', 'c', 'd']
    const replies = await Promise.all(
      texts.map((text, index) =>
        post(url, call(1, 'lab_get_later', { text, ms: 80 - index * 20 }), session(id)),
      ),
    )
    const answers = replies.map(({ body }) => [
      body.id,
      (body.result?.structuredContent as { text: string } | undefined)?.text,
    ])
    expect(answers).toEqual(texts.map((text) => [1, text]))
  })

  it('are each answered right on progress streams, which the SDK serves', async () => {
    const id = await openSession(url)
    const texts = ['a', 'b', 'c']
    const answers = await Promise.all(
      texts.map(async (text) => {
        const body = JSON.stringify(
          call(9, 'lab_get_later', { text, ms: 40 }, { _meta: { progressToken: text } }),
        )
        const headers = {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...session(id),
        }
        const answer = await (await fetch(url, { method: 'POST', headers, body })).text()
        return answer.includes(`"structuredContent":{"text":"${text}"`)
      }),
    )
    expect(answers).toEqual([true, true, true])
  })
})

it('cancels a running call when the client says so', async () => {
  const id = await openSession(url)
  const slow = post(url, call('slow', 'lab_get_later', { text: 'x', ms: 10_000 }), session(id))
  const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'slow' } }
  while (stack.app.counts().running === 0) await new Promise((next) => setTimeout(next, 5))
  await post(url, cancel, session(id))
  expect((await slow).body.result?.structuredContent).toEqual({ text: 'x', cancelled: true })
})

describe('several callers', () => {
  let endpoint: McpEndpoint
  let address: string
  let close: () => void
  beforeAll(async () => {
    endpoint = createMcpEndpoint({
      card: {
        info: { name: 'x', title: 'X', version: '1' },
        capabilities: { tools: {} },
        instructions: '',
        cacheMs: 1,
      },
      dispatcher: (request) =>
        request.method === 'ping' ? `{"jsonrpc":"2.0","id":${request.id},"result":{}}` : undefined,
      loadFallback: () => Promise.reject(new Error('not needed here')),
      clock: systemClock,
      log: { info() {}, warn() {}, error() {} },
      sessionLimits: { maxSessions: 6, maxSessionsPerCaller: 3, idleMs: 3_000 },
    })
    const server = createServer((request, response) => {
      const caller = { userId: String(request.headers['x-user']), clientId: 'c', scopes: new Set<string>() }
      endpoint.streamable(request, response, { caller, narrowing: wholeSurface }, '/messages')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
    close = () => server.close()
  })
  afterAll(async () => {
    await endpoint.close()
    close()
  })
  const as = (user: string, id?: string) => ({ 'x-user': user, ...(id !== undefined && session(id)) })
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }

  it('cannot use, see or end the session of another', async () => {
    const mine = await openSession(address, as('anna'))
    expect((await post(address, ping, as('boris', mine))).status).toBe(404)
    expect(
      (await fetch(address, { headers: { accept: 'text/event-stream', ...as('boris', mine) } })).status,
    ).toBe(404)
    expect((await fetch(address, { method: 'DELETE', headers: as('boris', mine) })).status).toBe(404)
    expect((await post(address, ping, as('anna', mine))).status).toBe(200)
  })

  it('stay below their cap: the session that was silent longest makes room, and its client loses nothing', async () => {
    const first = await openSession(address, as('anna'))
    for (let index = 0; index < 20; index += 1) await openSession(address, as('anna'))
    expect(endpoint.counts.sessions).toBeLessThanOrEqual(4)
    expect((await post(address, ping, as('anna', first))).status).toBe(200)
  })

  it('cannot push out the sessions of others by opening many', async () => {
    const hers = await openSession(address, as('vera'))
    for (let index = 0; index < 20; index += 1) await openSession(address, as('greedy'))
    expect((await post(address, ping, as('boris', hers))).status).toBe(404)
  })

  it('forget idle sessions', async () => {
    await openSession(address, as('anna'))
    while (endpoint.counts.sessions > 0) await new Promise((next) => setTimeout(next, 20))
    expect(endpoint.counts.sessions).toBe(0)
  })
})

/** One client of each way to talk, as a function from a text to the text that came back. */
const SPEAKERS: (() => Promise<(id: number, text: string) => Promise<unknown>>)[] = [
  async () => {
    const headers = session(await openSession(url))
    return async (id, text) => (await post(url, call(id, 'lab_get_echo', { text }), headers)).body
  },
  async () => async (id, text) => (await post(url, call(id, 'lab_get_echo', { text }))).body,
  async () => async (_, text) =>
    (await postModern(url, 'tools/call', { name: 'lab_get_echo', arguments: { text } })).body,
  async () => {
    const stream = await readSse(`${stack.url}/sse`)
    const messages = stack.url + (await endpointOf(stream))
    return async (id, text) => {
      await post(messages, call(id, 'lab_get_echo', { text }))
      return messageOf(stream)
    }
  },
]

it('10 000 interleaved calls of 50 clients get their own answers', async () => {
  const clients = await Promise.all(
    Array.from({ length: 50 }, (_, index) => SPEAKERS[index % SPEAKERS.length]?.()),
  )
  let right = 0
  await Promise.all(
    clients.map(async (speak, client) => {
      for (let index = 0; index < 200; index += 1) {
        const text = `canary ${client}/${index}`
        const body = (await speak?.(index % 5, text)) as { result: { structuredContent: object } }
        if (JSON.stringify(body.result.structuredContent) === JSON.stringify({ text })) right += 1
      }
    }),
  )
  expect(right).toBe(10_000)
}, 60_000)

it('one client that goes away hurts nobody', async () => {
  const leavers = Array.from({ length: 20 }, () => {
    const gone = new AbortController()
    const body = JSON.stringify(call(1, 'lab_get_later', { text: 'leaver', ms: 500 }))
    const left = fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
      signal: gone.signal,
    })
    setTimeout(() => gone.abort(), 20)
    return left.then(
      () => 'answered',
      () => 'left',
    )
  })
  const stayer = post(url, call(2, 'lab_get_later', { text: 'stayer', ms: 100 }))
  expect(new Set(await Promise.all(leavers))).toEqual(new Set(['left']))
  expect((await stayer).body.result?.structuredContent).toMatchObject({ text: 'stayer' })
  expect((await post(url, list())).body.result?.tools).toHaveLength(lab.tools.length)
})
