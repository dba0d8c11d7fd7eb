import { setTimeout as pause } from 'node:timers/promises'
import type { AccountStore } from '../accounts/account-store.ts'
import { type Accounts, createAccounts } from '../accounts/accounts.ts'
import type { StartSandbox } from '../accounts/environment-and-demo.ts'
import type { Config } from '../config.ts'
import type { Readiness } from '../http/routes.ts'
import type { Call } from '../journal/entry.ts'
import { createJournal, type Journal } from '../journal/journal.ts'
import { noJournal } from '../journal/no-journal.ts'
import { startRetention } from '../journal/retention.ts'
import { type Clock, systemClock } from '../kernel/clock.ts'
import type { Around, Connector } from '../kernel/connector.ts'
import type { Log } from '../kernel/log.ts'
import { type CallLimits, createCallLimits } from '../limits/call-limits.ts'
import { readCallLimits } from '../limits/read-call-limits.ts'
import { createOnce, type Once } from '../once/once.ts'
import { createAccountStore } from '../store/account-store.ts'
import { createCallRateStore } from '../store/call-rate-store.ts'
import { createJournalStore } from '../store/journal-store.ts'
import { createOnceStore } from '../store/once-store.ts'
import { type Kept, openKept } from './kept.ts'
import { openLink } from './link.ts'
import { placeOfServer } from './place.ts'

export interface StateOptions {
  readonly config: Config
  readonly connectors: readonly Connector[]
  /** By connector id. */
  readonly sandboxes?: Readonly<Record<string, StartSandbox>>
  readonly clock?: Clock
  readonly log: Log
  readonly timing?: Timing
}

/** After `leaseMs` without a sign of life a process counts as dead; what it had sent has arrived `settleMs` later. */
export interface Timing {
  readonly leaseMs: number
  readonly settleMs: number
}

/** What the calls of tools work with beside the tools: everything that is kept, and the accounts. */
export interface State extends Kept {
  readonly accounts: Accounts
  readonly accountStore: AccountStore
  /** What the accounts of upstreams are made with. */
  readonly link: Omit<Around, 'demo'>
  readonly limits: CallLimits
  readonly once: Once
  readonly journal: Journal
  readonly readiness: () => Promise<Readiness>
  /** Loads what the first call would wait for. */
  warmUp(): void
  /** Writes down what is left, in this time at most. */
  close(deadlineMs: number): Promise<void>
}

/** Opens in order what `createApp` is given. @throws AppError naming the setting to change */
export async function openState(options: StateOptions): Promise<State> {
  const { config, connectors, sandboxes = {}, clock = systemClock, timing, log } = options
  const perMinute = readCallLimits(config.CALL_LIMITS)
  const kept = await openKept(await placeOfServer(config, log), { config, clock, log })
  const { store, vault } = kept
  const isShared = store.engine === 'postgres'
  const accountStore = createAccountStore(store)
  const link = openLink(kept, { timing, clock, log })
  const accounts = await createAccounts({
    config,
    connectors,
    sandboxes,
    store: accountStore,
    atStart: store.atStart,
    ...(config.auth.mode === 'oauth' && config.publicUrl !== undefined && { consoleUrl: config.publicUrl }),
    vault,
    clock,
    log,
    link,
  }).catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  const journalStore = createJournalStore(store, clock)
  const journal = store.engine === 'memory' ? noJournal : createJournal({ store: journalStore, clock, log })
  const retention =
    store.engine === 'memory'
      ? undefined
      : startRetention({ store: journalStore, clock, log, days: config.JOURNAL_DAYS })
  const once = createOnce({
    store: createOnceStore(store, clock),
    vault,
    clock,
    log,
    onAbandoned(draft) {
      const call = JSON.parse(draft) as Call
      journal.record(call, { decision: 'allowed', outcome: 'unverified', bytesOut: 0 })
    },
    ...timing,
  })

  return {
    ...kept,
    accounts,
    accountStore,
    link,
    limits: createCallLimits({ perMinute, shared: isShared ? createCallRateStore(store) : undefined, log }),
    once,
    journal,
    async readiness() {
      const health = await store.check()
      return health.state === 'ok' ? { status: 'ready' } : { status: 'failing', store: health.reason }
    },
    warmUp: () => void store.db().catch((err: unknown) => log.warn({ err }, 'store is not ready')),
    async close(deadlineMs) {
      const until = performance.now() + deadlineMs
      await Promise.all([
        once.close(deadlineMs / 2),
        waitAtMost(Promise.all([retention?.close()]), deadlineMs / 2),
      ])
      await journal.close(Math.max(0, until - performance.now()))
      await accounts.close()
      await waitAtMost(store.close(), STORE_CLOSE_MS)
    },
  }
}

const STORE_CLOSE_MS = 300

/** A store that hangs does not hold the stop: what it has not taken is in the log. */
async function waitAtMost(work: Promise<unknown>, ms: number): Promise<void> {
  await Promise.race([work, pause(ms, undefined, { ref: false })])
}
