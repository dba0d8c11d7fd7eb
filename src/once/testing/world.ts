import { AppError } from '../../kernel/errors.ts'
import { silentLog } from '../../kernel/log.ts'
import type { AnswerVault } from '../answers.ts'
import type { OnceCall } from '../identity.ts'
import type { Held } from '../lease.ts'
import type { OnceWork } from '../making.ts'
import { createOnce, type Once, type OnceOptions } from '../once.ts'
import type { OnceStore } from '../once-store.ts'
import { memoryOnceStore } from './memory-once-store.ts'

export interface Deal {
  readonly id: number
  readonly name: string
  readonly at: number
}

/** How the upstream treats one request to make a deal. */
export interface Treatment {
  /** What the tool does before it sends. */
  readonly thinksMs: number
  /** After so long it arrives; if `takes`, a deal is made then. */
  readonly arrivesMs: number
  readonly takes: boolean
  /** `refused` is said for certain; `cut` says nothing. */
  readonly answers: 'well' | 'refused' | 'cut'
  /** When the line is cut; it may be before the request arrives. */
  readonly cutMs: number
}

export const WELL: Treatment = { thinksMs: 0, arrivesMs: 20, takes: true, answers: 'well', cutMs: 0 }

/** A database, a vault and an upstream that several processes share; time is that of the test. */
export function createWorld() {
  const clock = { now: () => Date.now() }
  const store = memoryOnceStore(clock)
  const answers = new Map<string, string>()
  const vault: AnswerVault = {
    async put({ name }, secret) {
      answers.set(name, secret)
    },
    async get({ name }) {
      return answers.get(name)
    },
    async remove({ name }) {
      answers.delete(name)
    },
  }
  const deals: Deal[] = []
  const drafts: string[] = []

  function post(name: string, { arrivesMs, takes, answers: how, cutMs }: Treatment): Promise<Deal> {
    return new Promise((resolve, reject) => {
      if (how === 'cut') setTimeout(reject, cutMs, CUT)
      setTimeout(() => {
        const deal = { id: deals.length + 1, name, at: Date.now() }
        if (takes) deals.push(deal)
        if (how === 'well') resolve(deal)
        if (how === 'refused') reject(REFUSED)
      }, arrivesMs)
    })
  }

  /** Work as a tool does it: fenced before it sends, settled by what the upstream has. */
  function work(
    process: Process,
    name: string,
    treat: () => Treatment = () => WELL,
  ): OnceWork<{ id: number }> {
    return {
      async do(held: Held) {
        const treatment = treat()
        await process.step()
        await process.alive(new Promise((resolve) => setTimeout(resolve, treatment.thinksMs)))
        held.signal.throwIfAborted()
        const { id } = await process.alive(post(name, treatment))
        return { id }
      },
      async settle(since) {
        await process.step()
        const mine = deals.filter((deal) => deal.name === name && deal.at >= since)
        return mine[0] && { id: mine[0].id }
      },
    }
  }

  return { clock, store, vault, answers, deals, drafts, work }
}

export type World = ReturnType<typeof createWorld>

const CUT = new Error('the connection broke')
export const REFUSED = new AppError('upstream_rejected', 'The upstream refused.')

export interface Process {
  readonly once: Once
  readonly isDead: () => boolean
  /** One more thing that it does; may be the last. */
  step(): Promise<void>
  /** Nothing comes back to a dead process. */
  alive<T>(promise: Promise<T>): Promise<T>
  kill(): void
}

const GONE = new AppError('unavailable', 'The database is gone.')
const NEVER = new Promise<never>(() => undefined)

/** What befalls a process. Steps are those of the store, the vault and the upstream, from 1. */
export interface Fate {
  /** It dies at this step, before or after the step has its effect. */
  readonly death?: { readonly at: number; readonly after: boolean } | undefined
  /** From this step on its database is gone for so long; `after`: what it was told is done, but nobody hears of it. */
  readonly outage?: { readonly at: number; readonly ms: number; readonly after: boolean } | undefined
}

export function startProcess(
  world: World,
  { death, outage }: Fate = {},
  options: Partial<OnceOptions> = {},
): Process {
  let steps = 0
  let dead = false
  let outageUntil: number | undefined
  const isOut = () => {
    if (outage === undefined || steps < outage.at) return false
    outageUntil ??= Date.now() + outage.ms
    return Date.now() < outageUntil
  }
  const step = async () => {
    steps += 1
    if (death && steps === death.at && !death.after) dead = true
    if (dead) await NEVER
  }
  async function alive<T>(promise: Promise<T>): Promise<T> {
    const value = await promise.catch(async (error: unknown) => {
      if (dead) await NEVER
      throw error
    })
    if (death && steps >= death.at && death.after) dead = true
    return dead ? NEVER : value
  }
  const guarded = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(_, name) {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        return async (...args: unknown[]) => {
          await step()
          if (!isOut()) return alive(Reflect.apply(method, target, args))
          if (outage?.after) await Reflect.apply(method, target, args)
          throw GONE
        }
      },
    })
  const once = createOnce({
    store: guarded<OnceStore>(world.store),
    vault: guarded<AnswerVault>(world.vault),
    clock: world.clock,
    log: silentLog,
    onAbandoned: (draft) => void world.drafts.push(draft),
    ...options,
  })
  return {
    once,
    isDead: () => dead,
    step,
    alive,
    kill() {
      dead = true
    },
  }
}

export function callOf(more: Partial<OnceCall> = {}): OnceCall {
  return {
    owner: 'ivan',
    client: 'chat',
    tool: 'create_deal',
    account: 'firm',
    input: { name: 'Окна' },
    key: 'k1',
    derive: false,
    draft: 'draft',
    ...more,
  }
}
