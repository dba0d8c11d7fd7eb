import { connect } from 'node:net'
import { echo, FRAMES } from './messages.ts'
import type { Report } from './report.ts'
import { createSeeded, inParallel, type Seeded } from './seeded.ts'
import { ask, type Target } from './target.ts'

/** Words of our inside that no answer may hold. */
const INSIDE = /node:internal|file:\/\/|\/src\/|node_modules|at async|secret internals|ZodError|TypeError/
const STATUSES = new Set([200, 202, 400, 401, 404, 405, 406, 413, 415, 431])

/** Valid requests, spoiled a little or a lot: each gets an answer, never a 500, never our inside. */
export async function floodWithFrames(target: Target, report: Report, count: number, seed: number) {
  const random = createSeeded(seed)
  const statuses = new Map<number, number>()
  await inParallel(count, 40, async () => {
    const { body, headers, what } = spoil(random)
    const path = random.pick(PATHS)
    const { status, text } = await ask(target, { body, path, headers, timeoutMs: 20_000 })
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (!STATUSES.has(status)) report.fail(`${target.name}: ${status} ${text.slice(0, 150)} for ${what}`)
    if (INSIDE.test(text)) report.fail(`${target.name}: an answer shows our inside: ${text.slice(0, 300)}`)
  })
  report.line(`${target.name}: ${count} spoiled frames: ${JSON.stringify([...statuses].sort())}`)
}

const PATHS = ['/mcp', '/mcp', '/mcp', '/mcp?read_only=1', '/mcp/', '/messages?sessionId=x']

function spoil(random: Seeded) {
  const frame = random.pick(FRAMES)
  let text = random.chance(0.5) ? JSON.stringify(swapValue(frame.body, random)) : JSON.stringify(frame.body)
  if (random.chance(0.5)) text = scramble(text, random)
  const headers = random.chance(0.3) ? spoilHeaders(frame.headers, random) : frame.headers
  const body = random.chance(0.05) ? scrambleBytes(Buffer.from(text), random) : text
  return { body, headers, what: `${JSON.stringify(headers)} ${text.slice(0, 250)}` }
}

const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e300,
  2 ** 53,
  '',
  'x'.repeat(300),
  '\u0000\ud800',
  [],
  {},
  [[]],
  { __proto__: 1, constructor: 2 },
  '2030-01-01',
  'initialize',
  'tools/call',
  'resources/read',
  'completion/complete',
  'logging/setLevel',
]

/** Puts a strange value at a random place of a message. */
function swapValue(value: unknown, random: Seeded): unknown {
  if (value === null || typeof value !== 'object' || random.chance(0.15)) return random.pick(STRANGE)
  const keys = Object.keys(value)
  if (keys.length === 0) return random.pick(STRANGE)
  const key = random.pick(keys)
  const copy: Record<string, unknown> = Array.isArray(value)
    ? ([...value] as unknown as Record<string, unknown>)
    : { ...value }
  if (random.chance(0.1)) delete copy[key]
  else copy[key] = swapValue(copy[key], random)
  return copy
}

/** Cuts, doubles and moves pieces of the text: unbalanced brackets, keys that appear twice. */
function scramble(text: string, random: Seeded): string {
  let result = text
  for (let round = random.int(3); round >= 0; round -= 1) {
    const from = random.int(result.length + 1)
    const to = Math.min(result.length, from + random.int(30))
    const piece = result.slice(from, to)
    const at = random.int(result.length + 1)
    if (random.chance(0.4)) result = result.slice(0, from) + result.slice(to)
    else if (random.chance(0.5)) result = result.slice(0, at) + piece + result.slice(at)
    else
      result =
        result.slice(0, at) +
        random.pick(['"', '{', '}', ',', ':', '[', '\\', '\u2028', '﻿', '1e999']) +
        result.slice(at)
  }
  return result
}

function scrambleBytes(bytes: Buffer, random: Seeded): Buffer {
  for (let count = random.int(6); count >= 0 && bytes.length > 0; count -= 1) {
    bytes[random.int(bytes.length)] = random.int(256)
  }
  return bytes
}

const HEADER_NAMES = [
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'mcp-session-id',
  'content-type',
  'accept',
  'last-event-id',
  'mcp-param-text',
]
const HEADER_VALUES = [
  '',
  '*/*',
  'text/event-stream',
  'application/json; charset=utf-16',
  '2025-03-26',
  '2025-11-25',
  '2026-07-28',
  'tools/call',
  '=?base64?////?=',
  '=?base64?bGFiX2dldF9lY2hv?=',
  'x'.repeat(2_000),
  '__proto__',
]

function spoilHeaders(headers: Record<string, string>, random: Seeded): Record<string, string> {
  return { ...headers, [random.pick(HEADER_NAMES)]: random.pick(HEADER_VALUES) }
}

/** Spoiled HTTP itself, on raw sockets; several frames on each. */
export async function floodWithBytes(target: Target, report: Report, count: number, seed: number) {
  const random = createSeeded(seed)
  const body = JSON.stringify(echo(1, 'x'))
  const valid = Buffer.from(
    `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  const perSocket = 10
  await inParallel(Math.ceil(count / perSocket), 30, async () => {
    const frames = Array.from({ length: perSocket }, () => {
      if (random.chance(0.2)) return Buffer.from(Array.from({ length: 200 }, () => random.int(256)))
      return scrambleBytes(Buffer.from(valid), random)
    })
    const text = await send(target, Buffer.concat(frames))
    if (INSIDE.test(text)) report.fail(`${target.name}: an answer shows our inside: ${text.slice(0, 300)}`)
    if (/HTTP\/1\.1 5/.test(text))
      report.fail(`${target.name}: a 5xx for spoiled bytes: ${text.slice(0, 300)}`)
  })
  report.line(`${target.name}: ${count} frames of garbage bytes`)
}

/** Sends bytes and gives what came back within 100 ms of silence, or until the server closed. */
export function send(target: Target, bytes: Buffer | string, patienceMs = 100): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(target.port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(patienceMs, () => socket.destroy())
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
  })
}
