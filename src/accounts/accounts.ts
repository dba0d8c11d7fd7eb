import type { Config } from '../config.ts'
import { type Caller, OWNER } from '../kernel/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Account, Around, Connector } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Vault } from '../vault/vault.ts'
import type { AccountStore } from './account-store.ts'
import { choose, closest } from './choose.ts'
import { environmentAccounts, type StartSandbox, startDemos } from './environment-and-demo.ts'
import { type Handle, openHandle, type Working } from './handle.ts'
import { linkAgain, linkedHandle } from './linked-handle.ts'
import { type AccountSet, createAccountSets } from './of-person.ts'
import { createKnownAccounts, type Known } from './recent-list.ts'
import { createVisible } from './visible.ts'

/** The person, and the only accounts of the connection, if it has not all of them. */
type Person = Pick<Caller, 'userId' | 'accounts'>

/** The upstream accounts that calls work in: the environment's, those that people link, else the demo. */
export interface Accounts {
  /**
   * The account of this connector that the caller names, or the caller's default one; a promise only when the store
   * has to be asked. Throws, or rejects with, AppError: `not_linked` when there is none of that name, `invalid_input`
   * when several are meant, `unavailable` when the store is away and may know more than this process does.
   */
  resolve(connector: string, caller: Person, asked?: string): Working | Promise<Working>
  /** What to call the caller's accounts, the default first, when there are several of this connector; else nothing. */
  several(caller: Person, connector: string): readonly string[]
  /** `several` and `overview` say what was known last; where this gives a promise, it is up to date once that resolves. */
  fresh(caller: Person): Promise<unknown> | undefined
  /** What pages and the command line say of a connector. */
  overview(connector: string, caller: Person): Overview
  close(): Promise<void>
}

export interface Overview {
  readonly state: 'linked' | 'demo' | 'not_linked'
  /** The default first. */
  readonly names: readonly string[]
}

export interface AccountsOptions {
  readonly config: Pick<Config, 'connectors' | 'DEMO'>
  readonly connectors: readonly Connector[]
  /** By connector id. */
  readonly sandboxes: Readonly<Record<string, StartSandbox>>
  readonly store: AccountStore
  /** What was linked when the process started: the owner's connectors, and whether anybody had any. */
  readonly atStart: { readonly ownersConnectors: readonly string[]; readonly holdsAccounts: boolean }
  readonly vault: Pick<Vault, 'get'>
  /** Where the console is, if there is one: people link their accounts there. */
  readonly consoleUrl?: string | undefined
  readonly clock: Clock
  readonly log: Log
  /** What clients are made with, beside `demo`. */
  readonly link: Omit<Around, 'demo'>
}

/** @throws AppError `invalid_input` naming the variable that is missing */
export async function createAccounts(options: AccountsOptions): Promise<Accounts> {
  const { config, connectors, atStart, store, vault, consoleUrl, clock, log, link } = options
  const { ownersConnectors, holdsAccounts } = atStart
  const environment = environmentAccounts(config, connectors, link)
  const demos = await startDemos(options, new Set([...environment.keys(), ...ownersConnectors]))
  const visible = createVisible()
  const known = createKnownAccounts({ store, holdsSome: holdsAccounts, clock, log })
  const sets = createAccountSets({
    connectors,
    environment: handlesOf(environment),
    demos: handlesOf(demos.accounts),
    handleOf: (row, connector) => linkedHandle(row, { connector, vault, store, link, consoleUrl, clock }),
  })

  function resolve(connector: string, person: Person, asked?: string): Working | Promise<Working> {
    const now = known.of(person.userId)
    if (now instanceof Promise) return resolveLater(connector, person, asked)
    const working = find(connector, person, asked, now).open()
    return working instanceof Promise ? resolveLater(connector, person, asked) : working
  }

  async function resolveLater(connector: string, person: Person, asked?: string): Promise<Working> {
    for (let isAgain = false; ; isAgain = true) {
      const handle = find(connector, person, asked, await known.of(person.userId))
      const working = await handle.open()
      if (working !== 'gone') return working
      if (isAgain) throw secretGone(handle, linkAgain({ connector, name: handle.name }, consoleUrl))
      known.forget(person.userId)
    }
  }

  function find(connector: string, person: Person, asked: string | undefined, now: Known): Handle {
    const set = setOf(connector, person, now)
    if (set === undefined) throw new TypeError(`there is no connector ${connector}`)
    const found = asked === undefined ? defaultOf(set) : choose(set.all, asked, set.connector.title)
    if (found !== undefined) return found
    // What this process does not know, the store may.
    throw now.failure ?? notLinked(set, asked, consoleUrl)
  }

  function setOf(connector: string, { userId, accounts }: Person, now = known.last(userId)) {
    const set = sets.of(connector, userId, now)
    return set === undefined || accounts === undefined ? set : visible(set, accounts)
  }

  return {
    resolve,
    several(caller, connector) {
      const labels = setOf(connector, caller)?.labels ?? []
      return labels.length > 1 ? labels : []
    },
    fresh({ userId }) {
      const now = known.of(userId)
      return now instanceof Promise ? now : undefined
    },
    overview(connector, caller) {
      if (known.last(caller.userId).linked === undefined) known.of(caller.userId)
      const { all = [], labels = [], isUnknown } = setOf(connector, caller) ?? {}
      const [first] = all
      if (first !== undefined) return { state: first.origin === 'demo' ? 'demo' : 'linked', names: labels }
      const wasLinked = caller.userId === OWNER && isUnknown === true && ownersConnectors.includes(connector)
      return { state: wasLinked ? 'linked' : 'not_linked', names: [] }
    },
    close: demos.close,
  }
}

function handlesOf(accounts: ReadonlyMap<string, Account>): ReadonlyMap<string, Handle> {
  return new Map([...accounts].map(([id, account]) => [id, openHandle(account)]))
}

/** Not the environment's for want of knowing whether another has been made the default. */
function defaultOf({ all, isUnknown }: AccountSet): Handle | undefined {
  return isUnknown ? undefined : all[0]
}

function notLinked({ connector, all, labels }: AccountSet, asked = '', consoleUrl?: string): AppError {
  const { id, title, setup } = connector
  if (all.length === 0) {
    const byHand = `The owner of the server runs: mostik link ${id} — or sets ${setup.join(' and ')} and starts it again.`
    const hint =
      consoleUrl === undefined ? byHand : `Open ${consoleUrl}/console/accounts and link the account there.`
    return new AppError('not_linked', `No ${title} account is linked.`, { hint })
  }
  return new AppError('not_linked', `No ${title} account of this name is linked.`, {
    hint: `Use one of the candidates, or leave the account out to work in the default one, "${labels[0]}".`,
    candidates: closest(labels, asked),
  })
}

function secretGone({ name }: Handle, hint: string): AppError {
  return new AppError('not_linked', `The secret of the account "${name}" is gone.`, { hint })
}
