import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createMcpEndpoint } from '../../src/mcp/endpoint.ts'
import { wholeSurface } from '../../src/policy/narrowing.ts'
import { call, initialize, JSON_HEADERS, list, openSession, post } from '../support/rpc.ts'
import { endpointOf, messageOf, readSse } from '../support/sse-reader.ts'
import { lab, type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let url: string
beforeAll(async () => {
  stack = await startStack()
  url = `${stack.url}/mcp`
  // The SDK is loaded at its first message; here, so that no test waits for it.
  await post(url, { jsonrpc: '2.0', id: 1, method: 'no/such' })
})
afterAll(() => stack.close())

const session = (id: string) => ({ 'mcp-session-id': id })
const progressCall = (id: unknown, text: string, ms: number) =>
  call(id, 'lab_get_later', { text, ms }, { _meta: { progressToken: `${id}` } })
const cancel = (requestId: unknown) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
})
const pause = (ms: number) => new Promise<void>((next) => setTimeout(next, ms))
const within = <T>(ms: number, promise: Promise<T>) =>
  Promise.race([promise, pause(ms).then(() => 'still open' as const)])

/** The whole answer as text, with every event of it; the stream has begun when this resolves. */
async function begin(address: string, body: object, headers: Record<string, string> = {}) {
  const gone = new AbortController()
  const response = await fetch(address, {
    method: 'POST',
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify(body),
    signal: gone.signal,
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const first = (await reader?.read())?.value ?? ''
  const text = (async () => {
    let all = first
    for (;;) {
      const { done = true, value = '' } = (await reader?.read().catch(() => undefined)) ?? {}
      if (done) return all
      all += value
    }
  })()
  return { first, text, leave: () => gone.abort() }
}

describe('a session that the SDK joins', () => {
  it.each(['{"roots":null}', '{"sampling":true}', '{"elicitation":{"form":1}}'])(
    'works for a client that declared %s',
    async (capabilities) => {
      const body = JSON.stringify(initialize()).replace('"capabilities":{}', `"capabilities":${capabilities}`)
      const id = String((await post(url, body)).headers.get('mcp-session-id'))
      const { text } = await begin(url, progressCall(2, 'served', 1), session(id))
      expect(await text).toContain('"structuredContent":{"text":"served"')
    },
  )

  it('works for a client whose initialize nests very deep', async () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000)
    const body = JSON.stringify(initialize()).replace('"capabilities":{}', `"capabilities":{"x":${deep}}`)
    const { headers } = await post(url, body)
    const id = String(headers.get('mcp-session-id'))
    const answer = await post(url, { jsonrpc: '2.0', id: 2, method: 'no/such' }, session(id))
    expect([answer.status, answer.body.error?.code]).toEqual([200, -32601])
  })

  it('answers a call whose id a later batch uses again', async () => {
    const { headers } = await post(url, initialize('2025-03-26'))
    const own = session(String(headers.get('mcp-session-id')))
    const earlier = await begin(url, progressCall(1, 'earlier', 300), own)
    const batch = await begin(
      url,
      [call(1, 'lab_get_later', { text: 'later', ms: 20 }), call(2, 'echo', { text: 'x' })] as object,
      own,
    )
    expect(await within(8_000, batch.text)).toContain('"structuredContent":{"text":"later"')
    expect(await within(8_000, earlier.text)).toContain('"structuredContent":{"text":"earlier"')
    earlier.leave()
  })

  it('ends the stream of a call that its client cancelled', async () => {
    const id = await openSession(url)
    const cancelled = await begin(url, progressCall(5, 'x', 12_000), session(id))
    await post(url, cancel(5), session(id))
    expect(await within(6_000, cancelled.text)).not.toBe('still open')
    cancelled.leave()
  })

  it('resumes a stream whose old connection still looks alive, as behind a proxy', async () => {
    const own = { ...session(await openSession(url)), 'mcp-protocol-version': '2025-11-25' }
    const dead = await begin(url, progressCall(6, 'resumed', 300), own)
    const lastEventId = /^id: (\S+)/m.exec(dead.first)?.[1] ?? ''
    const again = await fetch(url, {
      headers: { accept: 'text/event-stream', 'last-event-id': lastEventId, ...own },
    })
    expect(again.status).toBe(200)
    expect(await again.text()).toContain('"structuredContent":{"text":"resumed"')
    dead.leave()
  })

  it('is not pushed out by the cap while it answers', async () => {
    const small = await startStack({
      sessionLimits: { maxSessions: 2, maxSessionsPerCaller: 2, idleMs: 60_000 },
    })
    const address = `${small.url}/mcp`
    const running = await begin(address, progressCall(1, 'kept', 400), session(await openSession(address)))
    for (let index = 0; index < 4; index += 1) await openSession(address)
    expect(await within(10_000, running.text)).toContain(
      '"structuredContent":{"text":"kept","cancelled":false}',
    )
    await small.close()
  })

  it('is not idle while its client listens', async () => {
    const brief = await startStack({
      sessionLimits: { maxSessions: 9, maxSessionsPerCaller: 9, idleMs: 200 },
    })
    const address = `${brief.url}/mcp`
    const own = session(await openSession(address))
    await post(address, { jsonrpc: '2.0', id: 2, method: 'no/such' }, own)
    const stream = await readSse(address, own)
    expect(await within(900, stream.ended)).toBe('still open')
    stream.close()
    await brief.close()
  })
})

describe('an HTTP+SSE connection', () => {
  it('cancels a call also after the SDK has joined', async () => {
    const stream = await readSse(`${stack.url}/sse`)
    const messages = stack.url + (await endpointOf(stream))
    await post(messages, initialize('2024-11-05'))
    await messageOf(stream)
    await post(messages, { jsonrpc: '2.0', id: 5, method: 'no/such' })
    await messageOf(stream)
    await post(messages, call('slow', 'lab_get_later', { text: 'x', ms: 60_000 }))
    await post(messages, cancel('slow'))
    await post(messages, { jsonrpc: '2.0', id: 'next', method: 'ping' })
    // A cancelled request gets no answer, and the minute is not waited for.
    expect(await messageOf(stream)).toMatchObject({ id: 'next' })
    await expect.poll(() => stack.app.counts().running).toBe(0)
    stream.close()
  })

  it('recovers when the SDK could not join: the next initialize starts afresh', async () => {
    const stream = await readSse(`${stack.url}/sse`)
    const messages = stack.url + (await endpointOf(stream))
    const first = await post(messages, initialize('2024-11-05', 1e300))
    if (first.status === 202) await messageOf(stream)
    await post(messages, { jsonrpc: '2.0', id: 5, method: 'no/such' })
    await messageOf(stream)
    await post(messages, initialize('2024-11-05', 6))
    expect(await messageOf(stream)).toMatchObject({ id: 6, result: { protocolVersion: '2024-11-05' } })
    await post(messages, { jsonrpc: '2.0', id: 7, method: 'no/such' })
    expect(await messageOf(stream)).toMatchObject({ id: 7, error: { code: -32601 } })
    stream.close()
  })

  it('answers HEAD at the address of its messages once', async () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await fetch(`${stack.url}/messages`, { method: 'HEAD' })
    await pause(50)
    expect(complaints.mock.calls).toEqual([])
    complaints.mockRestore()
  })
})

describe('an SDK that cannot be loaded once, as when files run out', () => {
  async function startWith(loadFallback: () => Promise<never>) {
    const endpoint = createMcpEndpoint({
      card: {
        info: { name: 'x', title: 'X', version: '1' },
        capabilities: { tools: {} },
        instructions: '',
        cacheMs: 1,
      },
      dispatcher: () => undefined,
      loadFallback,
      clock: systemClock,
      log: silentLog,
    })
    const caller = { userId: 'u', clientId: 'c', scopes: new Set<string>() }
    const server = createServer((request, response) => {
      endpoint
        .streamable(request, response, { caller, narrowing: wholeSurface }, '/messages')
        .catch(() => response.writeHead(500).end())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
    return { endpoint, address, close: () => server.close() }
  }

  it('is tried again by the next message', async () => {
    let tries = 0
    const { address, close } = await startWith(async () => {
      tries += 1
      throw new Error('too many open files')
    })
    await post(address, list())
    await post(address, list())
    expect(tries).toBe(2)
    close()
  })

  it('does not spoil the stop', async () => {
    const { endpoint, address, close } = await startWith(async () => {
      throw new Error('too many open files')
    })
    await post(address, list())
    await expect(endpoint.close()).resolves.toBeUndefined()
    close()
  })
})

describe('over REST', () => {
  it('a stop waits for a running call', async () => {
    const stopping = await startStack()
    const answer = post(`${stopping.url}/api/tools/lab_get_later`, { text: 'last words', ms: 300 })
    await pause(100)
    let isAnswered = false
    answer.then(() => {
      isAnswered = true
    })
    await stopping.app.close(1_500)
    await pause(20)
    expect(isAnswered).toBe(true)
    await stopping.close()
  })

  it('a client that goes away while it sends is not a bug in the log', async () => {
    const events: string[] = []
    const log = { ...silentLog, error: (_: object, event: string) => void events.push(event) }
    const logged = await startStack({ log })
    const gone = new AbortController()
    const body = new ReadableStream({ start: (to) => to.enqueue(new TextEncoder().encode('{"text"')) })
    const options = { method: 'POST', body, duplex: 'half', signal: gone.signal } as RequestInit
    const sent = fetch(`${logged.url}/api/tools/lab_get_echo`, options).catch(() => 'left')
    await pause(100)
    gone.abort()
    await sent
    await pause(100)
    expect(events).toEqual([])
    await logged.close()
  })
})

it.each(['a cancellation', 'a client that went away'])(
  '%s is not a bug, in the log or in the answer, when the work stops by throwing',
  async (how) => {
    const events: string[] = []
    const log = { ...silentLog, error: (_: object, event: string) => void events.push(event) }
    const stops = lab.tools.map((tool) => ({
      ...tool,
      // As `fetch` does: it rejects with the reason of the signal.
      run: (_: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    }))
    const connectors = [{ ...lab, tools: stops as unknown as typeof lab.tools }]
    const logged = await startStack({ log, connectors })
    const address = `${logged.url}/mcp`
    const gone = new AbortController()
    const own = session(await openSession(address))
    const isCancelled = how === 'a cancellation'
    const answer = fetch(isCancelled ? address : `${logged.url}/api/tools/lab_get_echo`, {
      method: 'POST',
      headers: { ...JSON_HEADERS, ...own },
      body: JSON.stringify(isCancelled ? call(4, 'lab_get_echo', { text: 'x' }) : { text: 'x' }),
      signal: gone.signal,
    }).then(
      (response) => response.text(),
      () => '',
    )
    await pause(100)
    if (isCancelled) await post(address, cancel(4), own)
    else gone.abort()
    expect(await within(8_000, answer)).not.toContain('incident')
    await pause(50)
    expect(events).toEqual([])
    await logged.close()
  },
)

describe('what narrows never fails open', () => {
  it.each(['toolsets[]=trouble', 'toolsets=,', 'readonly=1', 'read-only=1', 'READ_ONLY=1'])(
    '?%s is refused with what to write instead',
    async (query) => {
      const { status, body } = await post(`${url}?${query}`, list())
      expect([status, body.error]).toEqual([400, 'invalid_input'])
      expect(body.hint).toMatch(/toolsets|read_only/)
    },
  )

  it('read_only said twice is read-only when one of them says so', async () => {
    const { body } = await post(`${url}?read_only=0&read_only=1`, list())
    const names = ((body.result?.tools ?? []) as { name: string }[]).map(({ name }) => name)
    expect(names).not.toContain('lab_create_trouble')
  })

  it('DISABLE_TOOLS takes a tool away by any of its names', async () => {
    const started = await startStack({ environment: { DISABLE_TOOLS: 'echo' } })
    const { body } = await post(`${started.url}/mcp`, call(1, 'lab_get_echo', { text: 'x' }))
    expect(body.error).toMatchObject({ code: -32602 })
    await started.close()
  })

  it('DISABLE_TOOLS with a name that no tool has does not start', async () => {
    await expect(startStack({ environment: { DISABLE_TOOLS: 'lab_get_ecko' } })).rejects.toThrow(
      'DISABLE_TOOLS names lab_get_ecko',
    )
  })

  it('PUBLIC_URL without a token is never open, on loopback neither: a proxy stands in front', () => {
    expect(readConfig({ PUBLIC_URL: 'https://crm.example.com' }).auth.mode).toBe('oauth')
    expect(() => readConfig({ PUBLIC_URL: 'http://crm.example.com' })).toThrow(/sign in safely/)
  })
})
