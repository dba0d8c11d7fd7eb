import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../kernel/clock.ts'
import { AppError } from '../../kernel/errors.ts'
import { silentLog } from '../../kernel/log.ts'
import { createOnceStore } from '../../store/once-store.ts'
import { createSecretStore } from '../../store/secret-store.ts'
import { openStore } from '../../store/store.ts'
import { givenMasterKeys, masterKeyOf } from '../../vault/master-key.ts'
import { createVault } from '../../vault/vault.ts'
import type { Held } from '../lease.ts'
import { createOnce } from '../once.ts'
import { callOf } from './world.ts'

export interface Job {
  readonly dataDir?: string
  readonly databaseUrl?: string
  readonly masterKey: string
  readonly upstreamPort: number
  readonly leaseMs: number
  readonly settleMs: number
}

/** A line of standard input: make this call. */
export interface Order {
  readonly number: number
  readonly key: string
}

/** A line of standard output. */
export type Report =
  | { readonly ready: true }
  | { readonly number: number; readonly id: number }
  | { readonly number: number; readonly failure: string }
  | { readonly abandoned: string }

/** What a tool does before it sends. */
const LONGEST_THOUGHT_MS = 150

/** Makes deals as it is told to, each once, until it is killed. */
export async function work(job: Job): Promise<void> {
  const store = await openStore({ ...job, log: silentLog })
  const masterKeys = givenMasterKeys(masterKeyOf(job.masterKey))
  const { leaseMs, settleMs } = job
  const once = createOnce({
    store: createOnceStore(store, systemClock),
    vault: createVault({ masterKeys, secrets: createSecretStore(store, systemClock) }),
    clock: systemClock,
    log: silentLog,
    onAbandoned: (abandoned) => tell({ abandoned }),
    leaseMs,
    settleMs,
    patienceMs: 2 * leaseMs,
  })
  await store.db()
  tell({ ready: true })
  for await (const line of createInterface({ input: process.stdin })) {
    void make(JSON.parse(line) as Order)
  }

  async function make({ number, key }: Order): Promise<void> {
    const call = callOf({ key, input: { name: key }, draft: String(number) })
    try {
      const { answer } = await once.run(call, {
        async do(held) {
          await pause(Math.random() * LONGEST_THOUGHT_MS)
          return post(job.upstreamPort, key, held)
        },
        settle: (_, held) => find(job.upstreamPort, key, held),
      })
      tell({ number, id: answer.id })
    } catch (error) {
      tell({ number, failure: error instanceof AppError ? error.kind : String(error) })
    }
  }
}

function tell(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`)
}

interface Deal {
  readonly id: number
  readonly name: string
}

async function post(port: number, name: string, held: Held): Promise<Deal> {
  const { status, body } = await exchange(port, `POST /deals?name=${name}`, held)
  if (status === 400) throw new AppError('upstream_rejected', 'refused')
  return JSON.parse(body)
}

async function find(port: number, name: string, held: Held): Promise<Deal | undefined> {
  const { body } = await exchange(port, 'GET /deals', held)
  return (JSON.parse(body) as Deal[]).find((deal) => deal.name === name)
}

/** The last look at the hold and the sending are one step, so that nothing can stop the process between them. */
async function exchange(port: number, what: string, held: Held): Promise<{ status: number; body: string }> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const isMine = held.isHeld()
  if (!isMine) socket.destroy()
  held.signal.throwIfAborted()
  socket.write(`${what} HTTP/1.1\r\nHost: upstream\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  const chunks: Buffer[] = []
  try {
    for await (const chunk of socket) chunks.push(chunk as Buffer)
  } catch (cause) {
    throw new AppError('unverified', 'cut', { cause })
  }
  const reply = Buffer.concat(chunks).toString()
  const [head = '', body] = reply.split('\r\n\r\n', 2)
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1])
  if (body === undefined || Number(/content-length: (\d+)/i.exec(head)?.[1]) !== Buffer.byteLength(body)) {
    throw new AppError('unverified', 'cut')
  }
  return { status, body }
}
