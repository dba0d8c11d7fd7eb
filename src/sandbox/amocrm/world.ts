import type { Clock } from '../../kernel/clock.ts'
import { type Faults, noFaults } from './faults.ts'
import { type Quota, quotaOf } from './quota.ts'
import { seedAccount } from './seed/seed.ts'
import type { Account } from './state.ts'
import { type Credentials, issueCredentials } from './token.ts'

/** One running sandbox: the account, the switches around it, and its clock. */
export interface World {
  account: Account
  readonly credentials: Credentials
  readonly quota: Quota
  faults: Faults
  latencyMs: number
  /** `/users` answers 403, as for a token of somebody who is not an admin. */
  usersForbidden: boolean
  /** Requests to the API since the start or the last reset. */
  requests: number
  readonly time: WorldTime
  /** Back to the seed as of now; credentials stay. */
  reset(): void
}

/** The clock given at the start, shifted or stopped by control. */
interface WorldTime {
  /** Unix seconds. */
  now(): number
  stopAt(seconds: number): void
  advance(seconds: number): void
  reset(): void
}

export function worldOf(baseUrl: string, clock: Clock, requestsPerSecond: number): World {
  const time = worldTime(clock)
  const account = seedAccount(baseUrl, time.now())
  return {
    account,
    credentials: issueCredentials(account, time.now()),
    quota: quotaOf(requestsPerSecond),
    faults: noFaults(),
    latencyMs: 0,
    usersForbidden: false,
    requests: 0,
    time,
    reset() {
      time.reset()
      this.account = seedAccount(baseUrl, time.now())
      this.quota.perSecond = requestsPerSecond
      this.quota.reset()
      Object.assign(this, { faults: noFaults(), latencyMs: 0, usersForbidden: false, requests: 0 })
    },
  }
}

function worldTime(clock: Clock): WorldTime {
  let stopped: number | undefined
  let shift = 0
  return {
    now: () => stopped ?? Math.floor(clock.now() / 1000) + shift,
    stopAt(seconds) {
      stopped = seconds
    },
    advance(seconds) {
      if (stopped === undefined) shift += seconds
      else stopped += seconds
    },
    reset() {
      stopped = undefined
      shift = 0
    },
  }
}
