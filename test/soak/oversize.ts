import { connect } from 'node:net'
import { pause } from './good-client.ts'
import { echo, initialize, odd } from './messages.ts'
import type { Report } from './report.ts'
import { ask, type Sent, type Target } from './target.ts'

const MB = 2 ** 20
const DEPTH = 100_000

/** Everything that is too long, too deep, too many or twice. */
export async function sendMonsters(target: Target, report: Report): Promise<void> {
  const check = async (what: string, sent: Promise<Sent>, ...wanted: number[]) => {
    const { status, text, headers } = await sent
    report.expect(wanted.includes(status), `${target.name}: ${what}: ${status} ${text.slice(0, 200)}`)
    return { status, text, headers }
  }
  const post = (body: string | object, headers = {}, path = '/mcp') =>
    ask(target, {
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers,
      path,
      timeoutMs: 30_000,
    })

  await check(
    'headers of 64 kB',
    ask(target, { body: '{}', headers: { 'x-big': 'x'.repeat(65_536) } }),
    431,
    0,
  )
  const many = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`x-${index}`, '1']))
  await check(
    '900 headers',
    ask(target, { body: JSON.stringify(odd(1)), headers: many }),
    200,
    400,
    404,
    431,
    0,
  )

  const large = JSON.stringify(echo(1, 'x'.repeat(4 * MB - 300)))
  await Promise.all(Array.from({ length: 16 }, () => check('a body of 4 MB', post(large), 200)))
  await Promise.all(
    Array.from({ length: 16 }, () => check('a body above 4 MB', post('x'.repeat(4 * MB + 1)), 413, 0)),
  )

  const deep = '['.repeat(DEPTH) + ']'.repeat(DEPTH)
  const nest = (body: object, place: string) =>
    JSON.stringify(body).replace(place, `${place.slice(0, -1)}"deep":${deep}}`)
  await check('deep arguments', post(JSON.stringify(echo(1, 'x')).replace('"x"', deep)), 200)
  await check('deep JSON alone', post(deep), 400)
  await check('a deep id', post(`{"jsonrpc":"2.0","id":${deep},"method":"ping"}`), 400)
  await check(
    'a deep progress token',
    post(`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":${deep}}}}`),
    200,
    400,
  )
  const opened = await check(
    'deep capabilities',
    post(nest(initialize(), '"capabilities":{}')),
    200,
    400,
    413,
  )
  const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) }
  await check('the SDK joins a session of deep capabilities', post(odd(2), session), 200, 400, 500)
  await check('its end', ask(target, { method: 'DELETE', headers: session }), 200, 204)

  const giant = 'i'.repeat(MB)
  const { text } = await check('an id of 1 MB', post({ jsonrpc: '2.0', id: giant, method: 'ping' }), 200)
  report.expect(text.includes(giant), `${target.name}: an id of 1 MB came back changed`)
  await check('a session id of 8 kB', post(odd(1), { 'mcp-session-id': 's'.repeat(8_000) }), 200)
  await check(
    'a batch of 10 000',
    post(Array.from({ length: 10_000 }, (_, id) => echo(id, 'x'))),
    200,
    400,
    413,
  )
  await check('a batch of equal ids', post(Array.from({ length: 50 }, () => echo(1, 'x'))), 200, 400)
  await check('an empty batch', post([]), 400)
  for (const id of ['null', '1.5', '{}', '[]', 'true', '1e300', '-0', '1e999']) {
    await check(`the id ${id}`, post(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`), 200, 400)
  }
  await check('a key twice', post('{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"ping"}'), 200)
  await sendTinyChunks(target, report)
  await openHeavySessions(target, report)
  await collide(target, report)
}

/** A small body in very many HTTP chunks must not cost a hundred times its size. */
async function sendTinyChunks(target: Target, report: Report): Promise<void> {
  const before = await settledHeapMb(target)
  const authorization = target.token === undefined ? '' : `Authorization: Bearer ${target.token}\r\n`
  const head = `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${authorization}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
  const socket = connect(target.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume()
  await new Promise((resolve) => socket.write(head + '1\r\nx\r\n'.repeat(800_000), resolve))
  // The body is not finished: what has arrived is held.
  const grown = (await settledHeapMb(target)) - before
  report.expect(grown < 30, `${target.name}: 0.8 MB in one-byte chunks hold ${grown} MB`)
  socket.destroy()
}

async function settledHeapMb(target: Target): Promise<number> {
  await pause(1_500)
  return (await target.measure()).heapMb
}

/** What a session keeps of its client must not grow with what the client says of itself. */
async function openHeavySessions(target: Target, report: Report): Promise<void> {
  const before = await settledHeapMb(target)
  const x = Array.from({ length: 300_000 }, () => ({}))
  const body = JSON.stringify(initialize(1, '2025-11-25', { experimental: { x } }))
  const ids: string[] = []
  for (let count = 0; count < 5; count += 1) {
    const { headers } = await ask(target, { body, timeoutMs: 30_000 })
    ids.push(String(headers['mcp-session-id']))
  }
  const grown = (await settledHeapMb(target)) - before
  report.expect(grown < 25, `${target.name}: 5 sessions opened with 0.9 MB each hold ${grown} MB`)
  for (const id of ids) await ask(target, { method: 'DELETE', headers: { 'mcp-session-id': id } })
}

/** Fifty calls with one id in one session, half of them through the SDK: each gets its own answer. */
async function collide(target: Target, report: Report): Promise<void> {
  if (target.name !== 'lab') return
  const { headers } = await ask(target, { body: JSON.stringify(initialize()) })
  const session = { 'mcp-session-id': String(headers['mcp-session-id']) }
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const text = `collision ${index}!`
      const meta = index % 2 === 0 ? { progressToken: index } : undefined
      const answer = await ask(target, { body: JSON.stringify(echo(9, text, meta)), headers: session })
      report.expect(
        answer.text.includes(`"structuredContent":{"text":"${text}"}`),
        `${target.name}: colliding ids: ${answer.status} ${answer.text.slice(0, 200)}`,
      )
    }),
  )
}
