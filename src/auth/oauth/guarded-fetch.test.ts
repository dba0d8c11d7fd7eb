import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGuardedFetch } from './guarded-fetch.ts'
import { startHttpsServer } from './testing/https-server.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
type Listener = (request: IncomingMessage, response: ServerResponse) => void

describe('the fetch of documents that strangers name', () => {
  let server: Awaited<ReturnType<typeof startHttpsServer>>
  let answer: Listener
  let requests: IncomingMessage[]
  /** What the name resolves to, one after the other. */
  let addresses: { address: string; family: number }[][]

  beforeEach(async () => {
    requests = []
    addresses = [[{ address: '127.0.0.1', family: 4 }]]
    answer = (_request, response) => response.writeHead(200, JSON_TYPE).end('{"a":1}')
    server = await startHttpsServer('docs.example', (request, response) => {
      requests.push(request)
      answer(request, response)
    })
  })
  afterEach(() => server.close())

  /** Loopback stands for the public internet, as far as the test says so. */
  const fetchOf = (mayReach: (address: string) => boolean = (address) => address === '127.0.0.1') =>
    createGuardedFetch({
      ca: server.ca,
      port: server.port,
      mayReach,
      lookup: (_host, _options, done) => done(null, addresses.shift() ?? []),
    })

  it('reads a small document', async () => {
    answer = (_request, response) => {
      response.writeHead(200, {
        'content-type': 'application/oauth+json; charset=utf-8',
        'cache-control': 'max-age=60',
      })
      response.end('{"имя":"да"}')
    }
    expect(await fetchOf()('https://docs.example/client.json?v=1')).toEqual({
      text: '{"имя":"да"}',
      cacheControl: 'max-age=60',
    })
    expect(requests[0]?.url).toBe('/client.json?v=1')
    expect(requests[0]?.headers).not.toHaveProperty('cookie')
  })

  it.each([
    'http://docs.example/client.json',
    'https://docs.example:8443/client.json',
    'https://127.0.0.1/client.json',
    'https://[::1]/client.json',
    'https://[::ffff:127.0.0.1]/client.json',
    'https://2130706433/client.json',
    'https://0x7f.1/client.json',
    'file:///etc/passwd',
    'not an address',
  ])('does not go to %s', async (address) => {
    await expect(fetchOf(() => true)(address)).rejects.toThrow('not an https address')
    expect(requests).toEqual([])
  })

  it('does not go where a name points to an address that is not public, not even beside a public one', async () => {
    addresses = [
      [{ address: '127.0.0.1', family: 4 }],
      [],
      [
        { address: '127.0.0.1', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
    ]
    await expect(fetchOf(() => false)('https://docs.example/a')).rejects.toThrow('its address is not public')
    await expect(fetchOf()('https://docs.example/a')).rejects.toThrow('its address is not public')
    await expect(fetchOf()('https://docs.example/a')).rejects.toThrow('its address is not public')
    expect(requests).toEqual([])
  })

  it('asks for the address once, so that a name cannot point elsewhere after it was checked', async () => {
    addresses.push([{ address: '10.0.0.1', family: 4 }])
    await fetchOf()('https://docs.example/a')
    expect(addresses).toHaveLength(1)
  })

  it('does not even speak to loopback unless told that it may', async () => {
    const fetchDocument = createGuardedFetch({ ca: server.ca, port: server.port })
    await expect(fetchDocument('https://localhost/client.json')).rejects.toThrow('its address is not public')
    expect(requests).toEqual([])
  })

  it('does not follow redirects', async () => {
    answer = (_request, response) => response.writeHead(302, { location: 'https://docs.example/b' }).end()
    await expect(fetchOf()('https://docs.example/a')).rejects.toThrow('it answers with the status 302')
    expect(requests).toHaveLength(1)
  })

  it('reads JSON alone', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{}')
    await expect(fetchOf()('https://docs.example/a')).rejects.toThrow('it is not JSON')
  })

  it('stops reading what is longer than it should be, whether or not it says so', async () => {
    answer = (_request, response) => response.writeHead(200, JSON_TYPE).end('x'.repeat(6_000))
    await expect(fetchOf()('https://docs.example/a')).rejects.toThrow('it is longer than 5 KB')
    addresses = [[{ address: '127.0.0.1', family: 4 }]]
    let isRead = true
    answer = (_request, response) => {
      response.writeHead(200, JSON_TYPE)
      response.on('close', () => (isRead = false))
      const write = () => void (isRead && response.write('x'.repeat(1_000), () => setImmediate(write)))
      write()
    }
    await expect(fetchOf()('https://docs.example/a')).rejects.toThrow('it is longer than 5 KB')
    await expect.poll(() => isRead).toBe(false)
  })

  it('waits three seconds in all, for a head, for a body and for drops of it', async () => {
    const slow: Listener[] = [
      () => {},
      (_request, response) => response.writeHead(200, JSON_TYPE).write('{'),
      (_request, response) => {
        response.writeHead(200, JSON_TYPE)
        const drops = setInterval(() => response.write(' '), 100)
        response.on('close', () => clearInterval(drops))
      },
    ]
    addresses = slow.map(() => [{ address: '127.0.0.1', family: 4 }])
    answer = (request, response) => slow[requests.indexOf(request)]?.(request, response)
    const fetchDocument = fetchOf()
    const waited = slow.map(() =>
      fetchDocument('https://docs.example/a').catch((error: Error) => error.message),
    )
    expect(new Set(await Promise.all(waited))).toEqual(new Set(['it does not answer within 3 seconds']))
  })

  it('does not believe another name', async () => {
    await expect(fetchOf()('https://other.example/a')).rejects.toThrow('it cannot be fetched')
    expect(requests).toEqual([])
  })
})
