import type { Account } from '../kernel/connector.ts'
import { hostOf } from './names.ts'

/** An account that a call works in. */
export interface Working {
  readonly account: Account
  /** What the person calls it. */
  readonly name: string
  /** Tells it from every other account of the connector, whatever it is called. */
  readonly address: string
  /** A call in it went well: its token is accepted. */
  worked(): void
  /** A call in it failed; gives the error to answer with, which says how to link this very account again. */
  failed(error: unknown): unknown
}

/** One account that a person may name, opened when it is first needed. */
export interface Handle {
  /** A linked account's own; the others are one of a kind. */
  readonly id?: string
  readonly name: string
  readonly address: string
  readonly origin: 'linked' | 'environment' | 'demo'
  readonly defaultAt: number | undefined
  /** `gone`: another process has just unlinked or replaced it. */
  open(): Working | Promise<Working | 'gone'>
}

/** An account that is open from the start and needs no one's care: the environment's, and the demo. */
export function openHandle(account: Account): Handle {
  const { address = '', demo } = account
  const name = demo ? 'demo' : (account.name ?? hostOf(address))
  const working: Working = { account, name, address, worked() {}, failed: (error) => error }
  return {
    name,
    address,
    origin: demo ? 'demo' : 'environment',
    defaultAt: undefined,
    open: () => working,
  }
}
