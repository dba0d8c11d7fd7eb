import type { Config } from './config.ts'
import type { HomeConnector } from './console/connector-card.ts'
import type { Clock } from './kernel/clock.ts'
import type { Account, Connector, Variables } from './kernel/connector.ts'
import { AppError } from './kernel/errors.ts'
import type { Log } from './kernel/log.ts'

/** The upstream accounts that calls work in, by connector id. */
export type Accounts = ReadonlyMap<string, Account>

/** Starts a connector's sandbox and gives the variables by which its client finds it. */
export type StartSandbox = () => Promise<{ variables: Variables; close(): Promise<void> }>

/**
 * Links what the environment names, and the embedded demo accounts where nothing real is linked.
 * @throws AppError `invalid_input` naming the variable that is missing
 */
export async function linkAccounts(around: {
  config: Config
  connectors: readonly Connector[]
  /** By connector id. */
  sandboxes: Readonly<Record<string, StartSandbox>>
  clock: Clock
  log: Log
}): Promise<{ accounts: Accounts; close(): Promise<void> }> {
  const { config, connectors, sandboxes, clock, log } = around
  const accounts = new Map<string, Account>()
  for (const connector of connectors) {
    const account = connector.link(config.connectors[connector.id] ?? {}, { clock, log, demo: false })
    if (account !== undefined) accounts.set(connector.id, account)
  }
  const wantsDemo = config.DEMO === 'on' || (config.DEMO === 'auto' && accounts.size === 0)
  const started: { close(): Promise<void> }[] = []
  for (const connector of wantsDemo ? connectors : []) {
    const start = sandboxes[connector.id]
    if (start === undefined || accounts.has(connector.id)) continue
    const sandbox = await start()
    started.push(sandbox)
    const account = connector.link(sandbox.variables, { clock, log, demo: true })
    if (account !== undefined) accounts.set(connector.id, account)
  }
  return { accounts, close: async () => void (await Promise.all(started.map((sandbox) => sandbox.close()))) }
}

/** @throws AppError `not_linked` saying how to link one */
export function accountOf(id: string, connectors: readonly Connector[], accounts: Accounts): Account {
  const account = accounts.get(id)
  if (account !== undefined) return account
  const connector = connectors.find((candidate) => candidate.id === id)
  throw new AppError('not_linked', `No ${connector?.title ?? id} account is linked.`, {
    hint: `The owner of the server sets ${connector?.setup.join(' and ')} and starts it again.`,
  })
}

/** What a page says of a connector; `tools` is how many of its tools may be called. */
export function cardOf(
  { id, title, setup }: Connector,
  accounts: Accounts,
  publicUrl: string,
  tools: number,
): HomeConnector {
  const account = accounts.get(id)
  const state = account === undefined ? 'not_linked' : account.demo ? 'demo' : 'linked'
  return { id, title, state, tools, setup, mcp: `${publicUrl}/${id}/mcp` }
}
