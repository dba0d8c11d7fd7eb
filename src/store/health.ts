import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Engine } from './engine.ts'
import type { Fault, Reason } from './faults.ts'
import { createOutageLog } from './outage-log.ts'

export type Health =
  | { readonly state: 'ok' }
  | { readonly state: 'failing'; readonly reason: Reason /** Unix ms. */; readonly since: number }

export interface HealthKeeper {
  now(): Health
  /** An engine says what it met. */
  failed(fault: Fault): void
  /** Something was written: ends every fault but `broken`, which takes a check. */
  worked(): void
  check(engine: Engine): Promise<Health>
}

const CHECK_EVERY_MS = 1_000
const OK: Health = { state: 'ok' }

/** Remembers the last fault until a write has worked again. */
export function createHealth(clock: Clock, log: Log): HealthKeeper {
  let health: Health = OK
  let checking: Promise<Health> | undefined
  // Not by the clock, which may be set back.
  let checkedAt = Number.NEGATIVE_INFINITY
  let failingFrom = 0
  const outage = createOutageLog(log)

  function failed(fault: Fault): void {
    const { reason } = fault
    // Whatever the reason is, those who wait for it make the engine busy.
    if (health.state === 'failing' && (health.reason === reason || reason === 'busy')) return
    if (health.state === 'ok') failingFrom = performance.now()
    const since = health.state === 'failing' ? health.since : clock.now()
    health = { state: 'failing', reason, since }
    outage.failing(fault)
  }

  function worked(): void {
    if (health.state === 'failing' && health.reason !== 'broken') recovered(health)
  }

  function recovered(failing: Health & { state: 'failing' }): void {
    health = OK
    outage.over(failing.reason, Math.round(performance.now() - failingFrom))
  }

  async function ask(engine: Engine): Promise<Health> {
    try {
      await engine.ask()
      if (health.state === 'failing') {
        await engine.transaction('write', (run) => run(PROOF_OF_WRITING))
        // Unless that has ended it already.
        if (health.state === 'failing') recovered(health)
      }
    } catch (error) {
      // The engine has told `failed` about it already.
      if (!(error instanceof AppError)) throw error
    }
    return health
  }

  return {
    now: () => health,
    failed,
    worked,
    check(engine) {
      if (checking !== undefined) return checking
      if (performance.now() - checkedAt < CHECK_EVERY_MS) return Promise.resolve(health)
      checking = ask(engine).finally(() => {
        checking = undefined
        checkedAt = performance.now()
      })
      return checking
    },
  }
}

const PROOF_OF_WRITING = `insert into meta (key, value) values ('written', '1')
  on conflict (key) do update set value = case when meta.value = '1' then '2' else '1' end`
