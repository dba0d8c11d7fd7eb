import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import {
  clientOf,
  html,
  json,
  lockOf,
  queueOf,
  TOKEN,
  upstream,
} from '../../../../test/support/amocrm-upstream.ts'
import { silentLog } from '../../../kernel/log.ts'
import type { Queue } from '../../../kernel/queue.ts'
import { type Call, createAmocrmClient } from './client.ts'
import { pages } from './page.ts'
import { path } from './path.ts'
import { listTasks } from './tasks.ts'

const read: Call = { method: 'GET', path: path`/leads` }
const write: Call = { method: 'POST', path: path`/leads`, body: [{ name: 'Кухня' }] }

describe('a call', () => {
  it('carries the token, the query and the body to the account', async () => {
    const { client, seen } = await clientOf((response) => json(response, { ok: true }))
    await expect(client.request({ ...write, query: { with: ['a', 'b'] } })).resolves.toEqual({ ok: true })
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/api/v4/leads?with=a%2Cb',
      body: [{ name: 'Кухня' }],
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    })
  })

  it('that gets nothing back (204) gives undefined', async () => {
    const { client } = await clientOf((response) => response.writeHead(204).end())
    await expect(client.request(read)).resolves.toBeUndefined()
  })
})

it('lets a person who waits go before background work', async () => {
  const { client, seen } = await clientOf((response) => response.writeHead(204).end(), {
    queue: queueOf(20),
  })
  const scan = async () => {
    for await (const _ of pages((window) => listTasks(client, window), { maxPages: 1 })) break
  }
  await Promise.all([client.request(read), scan(), client.request(read)])
  expect(seen.map(({ url }) => url.replace(/\?.*/, ''))).toEqual([
    '/api/v4/leads',
    '/api/v4/leads',
    '/api/v4/tasks',
  ])
})

describe('too many calls', () => {
  it('are repeated until amoCRM takes them, writes as well', async () => {
    const { client, seen } = await clientOf((response, _, nth) =>
      nth < 3 ? json(response, {}, 429, { 'retry-after': '0' }) : json(response, { id: 1 }),
    )
    await expect(client.request(write)).resolves.toEqual({ id: 1 })
    expect(seen).toHaveLength(3)
  })

  it('end in rate_limited, saying that nothing was changed', async () => {
    const { client, seen } = await clientOf((response) => json(response, {}, 429, { 'retry-after': '0' }))
    await expect(client.request(write)).rejects.toMatchObject({
      kind: 'rate_limited',
      hint: expect.stringContaining('Nothing was changed'),
    })
    expect(seen).toHaveLength(4)
  })

  it('are not waited for when amoCRM asks for a long pause, by anyone', async () => {
    const { client, seen } = await clientOf((response) => json(response, {}, 429, { 'retry-after': '600' }))
    const limited = { kind: 'rate_limited', retryAfterSeconds: 600 }
    await expect(client.request(read)).rejects.toMatchObject(limited)
    await expect(client.request(read)).rejects.toMatchObject(limited)
    expect(seen).toHaveLength(1)
  })
})

describe('a blocked account', () => {
  const minutes = (n: number) => n * 60_000

  it('is left alone for ten minutes, with words for a manager', async () => {
    let now = 0
    const { client, seen } = await clientOf((response) => html(response, 403), { clock: { now: () => now } })
    await expect(client.request(read)).rejects.toMatchObject({
      kind: 'upstream_rejected',
      message: 'amoCRM has blocked API access to this account.',
      hint: expect.stringContaining('support'),
    })
    now = minutes(9.5)
    await expect(client.request(read)).rejects.toMatchObject({ retryAfterSeconds: 60 })
    expect(seen).toHaveLength(1)
  })

  it('lets one call through after that, and is left alone again when it is still blocked', async () => {
    let now = 0
    const { client, seen } = await clientOf((response) => html(response, 403), { clock: { now: () => now } })
    await expect(client.request(read)).rejects.toThrow('blocked')
    now = minutes(10)
    const calls = [client.request(read), client.request(read), client.request(read)]
    await Promise.all(calls.map((call) => expect(call).rejects.toThrow('blocked')))
    expect(seen).toHaveLength(2)
    now = minutes(19)
    await expect(client.request(read)).rejects.toThrow('blocked')
    expect(seen).toHaveLength(2)
  })

  it('is open again, for all, when that call gets through', async () => {
    let now = 0
    const waiting: ServerResponse[] = []
    const { client } = await clientOf(
      (response, _, nth) => {
        if (nth === 1) html(response, 403)
        else if (nth === 2) json(response, {})
        else if (waiting.push(response) === 2) for (const one of waiting) json(one, {})
      },
      { clock: { now: () => now } },
    )
    await expect(client.request(read)).rejects.toThrow('blocked')
    now = minutes(10)
    await client.request(read)
    const together = [client.request(read), client.request(read)]
    await expect(Promise.all(together)).resolves.toEqual([{}, {}])
  })

  it('is looked at by one call again when that call got lost', async () => {
    let now = 0
    let release = () => {}
    const { client, seen } = await clientOf(
      (response, _, nth) => {
        if (nth === 1) html(response, 403)
        else if (nth === 2) response.destroy()
        else release = () => json(response, { nth })
      },
      { clock: { now: () => now } },
    )
    await expect(client.request(read)).rejects.toThrow('blocked')
    now = minutes(10)
    await expect(client.request(write)).rejects.toThrow('broke')
    const look = client.request(read)
    await expect(client.request(read)).rejects.toThrow('blocked')
    await vi.waitFor(() => expect(seen).toHaveLength(3), 10_000)
    release()
    await expect(look).resolves.toEqual({ nth: 3 })
  })

  it('is not confused with a missing right', async () => {
    const { client, seen } = await clientOf((response) => json(response, { status: 403 }, 403))
    for (let n = 0; n < 2; n++) {
      await expect(client.request(read)).rejects.toMatchObject({
        kind: 'upstream_rejected',
        message: expect.stringContaining('no right'),
      })
    }
    expect(seen).toHaveLength(2)
  })

  it('stops the calls that were already waiting for their turn', async () => {
    const { client, seen } = await clientOf((response) => html(response, 403), { queue: queueOf(20) })
    const calls = Array.from({ length: 5 }, () => client.request(read))
    await Promise.all(calls.map((call) => expect(call).rejects.toThrow('blocked')))
    expect(seen.length).toBeLessThan(5)
  })
})

describe('a fault on the way', () => {
  it('is tried again for a read', async () => {
    const { client, seen } = await clientOf((response, _, nth) =>
      nth === 1 ? html(response, 502) : json(response, { nth }),
    )
    await expect(client.request(read)).resolves.toEqual({ nth: 2 })
    expect(seen).toHaveLength(2)
  })

  it.each([500, 502, 504])('is never tried again for a write: %i', async (status) => {
    const { client, seen } = await clientOf((response) => html(response, status))
    await expect(client.request(write)).rejects.toMatchObject({
      kind: 'unverified',
      message: expect.stringContaining('may or may not'),
      hint: expect.stringContaining('repeat the call unchanged'),
    })
    expect(seen).toHaveLength(1)
  })

  it('after a write was sent leaves open whether it was made', async () => {
    const { client, seen } = await clientOf((response) => response.destroy())
    await expect(client.request(write)).rejects.toMatchObject({
      kind: 'unverified',
      message: 'The connection to amoCRM broke. The change may or may not have been made.',
    })
    expect(seen).toHaveLength(1)
  })

  it('in the middle of an answer is tried again for a read and not for a write', async () => {
    const { client, seen } = await clientOf((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"half":', () => response.destroy())
    })
    await expect(client.request(write)).rejects.toThrow('may or may not')
    expect(seen).toHaveLength(1)
    await expect(client.request(read)).rejects.toMatchObject({ message: 'The connection to amoCRM broke.' })
    expect(seen).toHaveLength(4)
  })

  it('before anything was sent says so', async () => {
    const { baseUrl } = await upstream(() => {})
    const { port } = new URL(baseUrl)
    const client = createAmocrmClient({
      // Nothing listens on the same port of another loopback address.
      baseUrl: `http://127.0.0.2:${port}`,
      accessToken: TOKEN,
      queue: queueOf(1000),
      lock: lockOf(),
      log: silentLog,
    })
    await expect(client.request(write)).rejects.toMatchObject({
      kind: 'upstream_failed',
      message: 'amoCRM could not be reached; nothing was sent.',
    })
  })
})

describe('an answer that never ends', () => {
  it('is given up: headers that do not come', async () => {
    const { client, seen } = await clientOf(() => {}, { timeoutMs: 50 })
    await expect(client.request(read)).rejects.toMatchObject({ message: 'amoCRM did not answer in time.' })
    expect(seen).toHaveLength(1)
  })

  it('is given up: a body that stops halfway', async () => {
    const { client } = await clientOf((response) => response.writeHead(200).write('{"half":'), {
      timeoutMs: 50,
    })
    await expect(client.request(write)).rejects.toThrow('did not answer in time. The change may or may not')
  })

  it('is given up: a body past 20 MB', async () => {
    const { client } = await clientOf((response) => {
      const chunk = Buffer.alloc(1024 * 1024, 'x')
      const more = () => {
        while (!response.destroyed && response.write(chunk)) {}
      }
      response.on('drain', more)
      more()
    })
    await expect(client.request(read)).rejects.toMatchObject({
      kind: 'upstream_failed',
      hint: 'Ask for fewer records at once.',
    })
  })
})

describe('an answer of another kind', () => {
  it('that is not JSON is upstream_failed', async () => {
    const { client } = await clientOf((response) => html(response, 200))
    await expect(client.request(read)).rejects.toMatchObject({ kind: 'upstream_failed' })
    await expect(client.request(write)).rejects.toThrow('may or may not')
  })

  it('that sends the call to another host is not followed: the token stays here', async () => {
    const elsewhere = await upstream((response) => json(response, {}))
    const { client } = await clientOf((response) =>
      response.writeHead(302, { location: `${elsewhere.baseUrl}/api/v4/leads` }).end(),
    )
    await expect(client.request(read)).rejects.toMatchObject({
      kind: 'upstream_failed',
      hint: expect.stringContaining('renamed'),
    })
    expect(elsewhere.seen).toHaveLength(0)
  })
})

describe('a cancelled call', () => {
  it('is not sent when it was cancelled before', async () => {
    const { client, seen } = await clientOf((response) => json(response, {}))
    await expect(client.request({ ...read, signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow(
      'gone',
    )
    expect(seen).toHaveLength(0)
  })

  it('leaves the queue', async () => {
    const { client, seen } = await clientOf((response) => json(response, {}), { queue: queueOf(1) })
    await client.request(read)
    const controller = new AbortController()
    const waiting = client.request({ ...read, signal: controller.signal })
    controller.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    expect(seen).toHaveLength(1)
  })

  it('ends a read on its way with the reason', async () => {
    const controller = new AbortController()
    const { client } = await clientOf(() => controller.abort(new Error('gone')))
    await expect(client.request({ ...read, signal: controller.signal })).rejects.toThrow('gone')
  })

  it('hears a write out that is on its way, so that it is known what became of it', async () => {
    const controller = new AbortController()
    const { client } = await clientOf(async (response) => {
      controller.abort(new Error('gone'))
      await delay(20)
      json(response, { made: true })
    })
    await expect(client.request({ ...write, signal: controller.signal })).resolves.toEqual({ made: true })
  })

  it('says of a write on its way that never answers that it may have been made', async () => {
    const controller = new AbortController()
    const { client } = await clientOf(() => controller.abort(new Error('gone')), { timeoutMs: 50 })
    await expect(client.request({ ...write, signal: controller.signal })).rejects.toMatchObject({
      kind: 'unverified',
      message: expect.stringContaining('may or may not'),
    })
  })

  it('is not sent when it was cancelled while it stood in line', async () => {
    const controller = new AbortController()
    const queue: Queue = {
      async turn() {
        controller.abort(new Error('too late'))
      },
      hold() {},
    }
    const { client, seen } = await clientOf((response) => json(response, {}), { queue })
    await expect(client.request({ ...write, signal: controller.signal })).rejects.toThrow('too late')
    expect(seen).toHaveLength(0)
  })

  it('does not wait out the pause before a repetition', async () => {
    const controller = new AbortController()
    const { client, seen } = await clientOf((response) => json(response, {}, 429, { 'retry-after': '10' }))
    const call = client.request({ ...read, signal: controller.signal })
    await vi.waitFor(() => expect(seen).toHaveLength(1))
    await delay(20)
    controller.abort(new Error('gone'))
    await expect(call).rejects.toThrow('gone')
    expect(seen).toHaveLength(1)
  })
})

describe('the token', () => {
  it.each([400, 401, 402, 403, 404, 405, 409, 422, 425, 426, 500])(
    'is in no error, not even when amoCRM repeats it: %i',
    async (status) => {
      const { client } = await clientOf((response, { headers }) => json(response, { echo: headers }, status))
      const error = await client.request(write).catch((reason: unknown) => reason)
      expect(inspect(error, { depth: 10, showHidden: true })).toContain('[token]')
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(TOKEN)
    },
  )

  it('is in no error when it cannot be a header', async () => {
    const { client } = await clientOf(() => {}, { accessToken: `${TOKEN}\nx` })
    const error = await client.request(write).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind: 'unverified' })
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(TOKEN)
  })

  it('is in no line of the log', async () => {
    const lines: unknown[] = []
    const note = (...line: unknown[]) => void lines.push(line)
    const log = { info: note, warn: note, error: note }
    const { client } = await clientOf((response, { headers }) => json(response, { headers }, 401), { log })
    await expect(client.request(read)).rejects.toThrow()
    expect(lines).toEqual([
      [{ method: 'GET', tries: 1, kind: 'not_linked', retried: false, status: 401 }, 'amocrm_call_failed'],
    ])
  })
})
