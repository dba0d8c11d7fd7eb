import { randomUUID } from 'node:crypto'
import type { Account, Around, Connector, Variables } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import type { Vault } from '../vault/vault.ts'
import { type AccountStore, type LinkedAccount, secretOf } from './account-store.ts'
import { hostOf, type Named, nameKeyOf, readName } from './names.ts'
import { planLink } from './plan-link.ts'
import { prove } from './prove.ts'

export interface LinkWish {
  readonly owner: string
  readonly connector: Connector
  /** What the connector is to be linked with; sealed as they are given. */
  readonly variables: Variables
  /** Else the name it has, or the one it has upstream. */
  readonly name: string | undefined
  readonly isDefault: boolean
  readonly signal: AbortSignal
}

export interface Linked {
  readonly account: LinkedAccount
  /** The account was linked already, and works with the new token from now on. */
  readonly isRelinked: boolean
}

/** Each lost race is another process that linked an account of this person at the same moment. */
const ATTEMPTS = 3
/** Much longer than any process takes between sealing a secret and adding its account. */
const ABANDONED_MS = 60 * 60_000

/**
 * Proves that the account answers, seals what opens it, and adds it to the person's accounts: in this order, so that a
 * process that is killed on the way leaves what was there before. An account that is linked already gets the new token.
 * @throws AppError `invalid_input` for a name or address that is taken or wrong; what the upstream said when it refuses
 * or does not answer; `unavailable` when the store is away
 */
export async function linkAccount(
  wish: LinkWish,
  around: {
    store: AccountStore
    vault: Pick<Vault, 'put' | 'remove'>
    /** The connector's account that the environment names. */
    environment: Named | undefined
    link: Omit<Around, 'demo'>
  },
): Promise<Linked> {
  const { owner, connector, variables, isDefault, signal } = wish
  const { store, vault, environment, link } = around
  const name = wish.name === undefined ? undefined : readName(wish.name)
  // What a token says of itself is not to be believed before the upstream has taken it: naming the account and the
  // integration of somebody else must not put the proof, or what holds it up, in their line.
  const proving = { ...link, queue: (_: string, rate: number) => link.queue(`linking ${owner}`, rate) }
  const opened = openOnce(connector, variables, proving)
  const { address = '' } = opened
  const wanted = { address, shortName: opened.name ?? hostOf(address), name }
  const plan = async () => {
    const all = await store.list(owner)
    const linked = all.filter((account) => account.connector === connector.id)
    return { ...planLink(wanted, linked, environment), linked }
  }
  await plan()
  await prove(connector, opened, { owner, link, signal })
  for (let attempt = 1; ; attempt++) {
    const { name, replaces, linked } = await plan()
    const now = link.clock.now()
    const account: LinkedAccount = {
      id: randomUUID(),
      owner,
      connector: connector.id,
      name,
      address,
      defaultAt: isDefault ? after(now, linked, 'defaultAt') : replaces?.defaultAt,
      linkedAt: replaces?.linkedAt ?? after(now, linked, 'linkedAt'),
      refusedAt: undefined,
    }
    const secret = secretOf(account)
    await vault.put(secret, JSON.stringify(variables))
    const replaced = replaces && { id: replaces.id, secret: secretOf(replaces) }
    const abandonedBefore = now - ABANDONED_MS
    if (await store.add(account, { nameKey: nameKeyOf(name), secret, replaced, abandonedBefore })) {
      return { account, isRelinked: replaces !== undefined }
    }
    await vault.remove(secret)
    if (attempt === ATTEMPTS) throw busy()
  }
}

/** Now, or a moment after what came before: the clock of another machine may be ahead, and the order decides the default. */
export function after(now: number, linked: readonly LinkedAccount[], mark: 'linkedAt' | 'defaultAt'): number {
  return Math.max(now, ...linked.map((account) => (account[mark] ?? 0) + 1))
}

function openOnce(connector: Connector, variables: Variables, link: Omit<Around, 'demo'>): Account {
  const { error } = connector.variables.safeParse(variables)
  const [issue] = error?.issues ?? []
  if (issue !== undefined) {
    throw new AppError('invalid_input', `${String(issue.path[0])} is wrong: ${issue.message}.`, {
      hint: 'Nothing was linked: run the command again with another value.',
    })
  }
  const account = connector.link(variables, { ...link, demo: false })
  if (account !== undefined) return account
  throw new AppError('invalid_input', `There is nothing to link a ${connector.title} account with.`, {
    hint: `It takes ${connector.setup.join(' and ')}.`,
  })
}

function busy(): AppError {
  return new AppError('unavailable', 'Another process is changing the linked accounts.', {
    hint: 'Nothing was linked: run the command again in a moment.',
    retryAfterSeconds: 5,
  })
}
