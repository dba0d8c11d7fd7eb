import type { Config } from '../config.ts'
import type { Account, Around, Connector, Variables } from '../kernel/connector.ts'

/** Starts a connector's sandbox and gives the variables by which its client finds it. */
export type StartSandbox = () => Promise<{ variables: Variables; close(): Promise<void> }>

/**
 * The accounts that the environment names, by connector id.
 * @throws AppError `invalid_input` naming the variable that is missing
 */
export function environmentAccounts(
  config: Pick<Config, 'connectors'>,
  connectors: readonly Connector[],
  link: Omit<Around, 'demo'>,
): Map<string, Account> {
  const accounts = new Map<string, Account>()
  for (const connector of connectors) {
    const account = connector.link(config.connectors[connector.id] ?? {}, { ...link, demo: false })
    if (account !== undefined) accounts.set(connector.id, account)
  }
  return accounts
}

/** Starts the embedded demo accounts, by connector id, where the owner has nothing real. */
export async function startDemos(
  around: {
    config: Pick<Config, 'DEMO'>
    connectors: readonly Connector[]
    /** By connector id. */
    sandboxes: Readonly<Record<string, StartSandbox>>
    link: Omit<Around, 'demo'>
  },
  /** The connectors that the owner has a real account of; the demo is the owner's alone. */
  real: ReadonlySet<string>,
): Promise<{ accounts: Map<string, Account>; close(): Promise<void> }> {
  const { config, connectors, sandboxes, link } = around
  const accounts = new Map<string, Account>()
  const started: { close(): Promise<void> }[] = []
  const wantsDemo = config.DEMO === 'on' || (config.DEMO === 'auto' && real.size === 0)
  for (const connector of wantsDemo ? connectors : []) {
    const start = sandboxes[connector.id]
    if (start === undefined || real.has(connector.id)) continue
    const sandbox = await start()
    started.push(sandbox)
    const account = connector.link(sandbox.variables, { ...link, demo: true })
    if (account !== undefined) accounts.set(connector.id, account)
  }
  return { accounts, close: async () => void (await Promise.all(started.map((sandbox) => sandbox.close()))) }
}
