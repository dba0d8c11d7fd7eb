import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createSeeded } from '../../test/soak/seeded.ts'
import { engines } from '../store/testing/engines.ts'
import type { Job, Order, Report, work } from './testing/client-process.ts'

const KILLS = Number(process.env.MOSTIK_KILLS ?? 2)
/** A failure says it, and MOSTIK_SEED sets it; the instants of several processes are never quite the same. */
const SEED = Number(process.env.MOSTIK_SEED ?? Date.now() % 1_000_000)
const LEASE_MS = 1_000
const SETTLE_MS = 400
/** What is on its way arrives well before anybody looks for it. */
const LATEST_ARRIVAL_MS = 150
const REPLICAS = 2
const CALLS_AT_ONCE = 5

const { int, chance, pick } = createSeeded(SEED)

/** Makes deals late, loses answers, refuses some, and remembers what it was asked. */
async function openUpstream() {
  const deals: { id: number; name: string }[] = []
  const server = createServer(async (request, response) => {
    request.resume()
    const json = (status: number, body: unknown) => {
      const text = JSON.stringify(body)
      response.writeHead(status, { 'content-length': Buffer.byteLength(text) }).end(text)
    }
    if (request.method === 'GET') return json(200, deals)
    const name = new URL(request.url ?? '', 'http://upstream').searchParams.get('name') ?? ''
    if (chance(0.1)) return json(400, {})
    const isCut = chance(0.15)
    if (isCut && chance(0.5)) response.destroy()
    await pause(int(LATEST_ARRIVAL_MS))
    if (isCut && chance(0.3)) return response.destroy()
    const deal = { id: deals.length + 1, name }
    deals.push(deal)
    if (isCut) return response.destroy()
    json(200, deal)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    deals,
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

interface Told {
  readonly acks: Map<string, Set<number>>
  readonly failures: Set<string>
  readonly abandoned: string[]
}

interface Replica {
  readonly child: ChildProcess
  readonly isReady: Promise<void>
  /** Resolves when it has been answered for the first time, or is gone. */
  readonly hasAnswered: Promise<void>
  isUp(): boolean
  /** Resolves when it was answered, or never will be. */
  ask(key: string): Promise<void>
  kill(): Promise<void>
}

let orders = 0

function startReplica(job: Job, told: Told): Replica {
  const module = join(import.meta.dirname, 'testing/client-process.ts')
  const begin: typeof work.name = 'work'
  const script = `const { ${begin} } = await import(${JSON.stringify(module)})
    await ${begin}(JSON.parse(process.argv[1]))`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, JSON.stringify(job)])
  const waiting = new Map<number, { key: string; end: () => void }>()
  const noise: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text) => noise.push(text))
  child.stdin.on('error', () => undefined)
  const closed = once(child, 'close').then(() => {
    for (const { end } of waiting.values()) end()
    for (const text of noise) if (!text.includes('ExperimentalWarning')) told.failures.add(text)
  })
  let ready = () => {}
  const isReady = new Promise<void>((resolve) => {
    ready = resolve
  })
  let answered = () => {}
  const hasAnswered = new Promise<void>((resolve) => {
    answered = resolve
  })
  void closed.then(ready).then(answered)
  createInterface({ input: child.stdout }).on('line', (line) => {
    const report = JSON.parse(line) as Report
    if ('ready' in report) return ready()
    if ('abandoned' in report) return told.abandoned.push(report.abandoned)
    const { key, end } = waiting.get(report.number) ?? {}
    if ('failure' in report) told.failures.add(report.failure)
    else if (key !== undefined) told.acks.set(key, (told.acks.get(key) ?? new Set()).add(report.id))
    waiting.delete(report.number)
    answered()
    end?.()
  })
  const isUp = () => child.exitCode === null && child.signalCode === null && !child.killed
  return {
    child,
    isReady,
    hasAnswered,
    isUp,
    ask: (key) =>
      new Promise((resolve) => {
        orders += 1
        const order: Order = { number: orders, key }
        waiting.set(orders, { key, end: resolve })
        if (!isUp()) resolve()
        else child.stdin.write(`${JSON.stringify(order)}\n`)
      }),
    async kill() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

describe.each(engines)('calls of replicas that are killed and stopped at any instant, on $name', (engine) => {
  it('are made once, and none is lost that was acknowledged', { timeout: 900_000 }, async () => {
    const upstream = await openUpstream()
    const { log: _log, ...where } = await engine.fresh()
    const masterKey = 'a master key of the tests, long enough'
    const job: Job = {
      ...where,
      masterKey,
      upstreamPort: upstream.port,
      leaseMs: LEASE_MS,
      settleMs: SETTLE_MS,
    }
    const told: Told = { acks: new Map(), failures: new Set(), abandoned: [] }
    const keys: string[] = []
    const isLeft = (key: string) => !told.acks.has(key)

    /** Some are asked for in both replicas, and some that are done are asked for again. */
    async function askOnAndOn(replica: Replica): Promise<void> {
      while (replica.isUp()) {
        if (keys.filter(isLeft).length < CALLS_AT_ONCE) keys.push(`k${keys.length}`)
        await replica.ask(pick(chance(0.1) ? keys : keys.filter(isLeft)))
      }
    }

    let kills = 0
    async function live(): Promise<void> {
      while (kills < KILLS) {
        const replica = startReplica(job, told)
        await replica.isReady
        for (let calls = 0; calls < CALLS_AT_ONCE; calls++) void askOnAndOn(replica)
        await replica.hasAnswered
        // Some live long enough to find out what the dead have left.
        await pause(int(chance(0.6) ? 400 : 2 * LEASE_MS))
        if (chance(0.3)) {
          replica.child.kill('SIGSTOP')
          await pause(LEASE_MS / 2 + int(1.5 * LEASE_MS))
          replica.child.kill('SIGCONT')
          await pause(int(300))
        }
        kills += 1
        await replica.kill()
      }
    }
    await Promise.all(Array.from({ length: REPLICAS }, live))

    const last = startReplica(job, told)
    await last.isReady
    const until = performance.now() + 60_000
    await Promise.all(
      keys.map(async (key) => {
        while (isLeft(key) && last.isUp() && performance.now() < until) await last.ask(key)
      }),
    )
    await last.kill()
    upstream.close()

    const seed = `with seed ${SEED}`
    expect(keys.filter(isLeft), seed).toEqual([])
    for (const key of keys) {
      const made = upstream.deals.filter(({ name }) => name === key).map(({ id }) => id)
      expect([...(told.acks.get(key) ?? [])], `answers of ${key} ${seed}`).toEqual(made)
      expect(made, `deals of ${key} ${seed}`).toHaveLength(1)
    }
    const explained = ['unavailable', 'unverified', 'upstream_rejected']
    expect(
      [...told.failures].filter((failure) => !explained.includes(failure)),
      seed,
    ).toEqual([])
    expect(new Set(told.abandoned).size, seed).toBe(told.abandoned.length)
    expect(keys.length, seed).toBeGreaterThanOrEqual(CALLS_AT_ONCE)
  })
})
