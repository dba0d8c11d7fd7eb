import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { LoopOrder, LoopResult } from './load/closed-loop.ts'
import type { CrowdOrder } from './load/idle-crowd.ts'
import type { Order } from './load/main.ts'
import type { HammerOrder } from './load/sign-ins.ts'

/** The load generator as its user sees it. */
export interface LoadGenerator {
  loop(order: LoopOrder): Promise<LoopResult>
  gather(order: CrowdOrder): Promise<void>
  /** Closes whatever `gather` opened. */
  dismiss(): Promise<void>
  /** Signs in with wrong passwords without a pause, until `rest`. */
  hammer(order: HammerOrder): Promise<void>
  /** How many sign-ins were answered since `hammer`. */
  rest(): Promise<number>
  stop(): void
}

const LOAD_CPU = '1'

export function startLoadGenerator(): LoadGenerator {
  const main = join(import.meta.dirname, 'load', 'main.ts')
  const child = spawn('taskset', ['-c', LOAD_CPU, process.execPath, main], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return {
    loop: (order) => send(child, { kind: 'loop', ...order }) as Promise<LoopResult>,
    gather: async (order) => void (await send(child, { kind: 'gather', ...order })),
    dismiss: async () => void (await send(child, { kind: 'dismiss' })),
    hammer: async (order) => void (await send(child, { kind: 'hammer', ...order })),
    rest: () => send(child, { kind: 'rest' }) as Promise<number>,
    stop: () => void child.kill(),
  }
}

type Reply = { ok: true; value: unknown } | { ok: false; message: string }

function send(child: ChildProcess, order: Order): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the load generator ended'))
    child.once('exit', ended)
    child.once('message', (reply: Reply) => {
      child.off('exit', ended)
      if (reply.ok) resolve(reply.value)
      else reject(new Error(reply.message))
    })
    child.send(order)
  })
}
