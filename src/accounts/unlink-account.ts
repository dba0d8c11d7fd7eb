import type { Connector } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import { type AccountStore, type LinkedAccount, secretOf } from './account-store.ts'
import { choose } from './choose.ts'
import { hostOf, isMeant, type Named } from './names.ts'

interface Wish {
  readonly owner: string
  readonly connector: Connector
  readonly name: string
}

interface Linking {
  readonly store: AccountStore
  /** The connector's account that the environment names. */
  readonly environment: Named | undefined
}

/**
 * Takes a linked account away, with what opens it. A call that works in it now is finished; servers refuse the next one
 * a second later at most.
 * @throws AppError `not_linked` when there is none of this name; `invalid_input` for the environment's own, or when
 * several can be meant
 */
export async function unlinkAccount(wish: Wish, { store, environment }: Linking): Promise<LinkedAccount> {
  const account = await linkedAccount(wish, { store, environment })
  if (await store.remove({ id: account.id, secret: secretOf(account) })) return account
  // Another process has unlinked it, or linked it anew, since it was looked up.
  const again = await linkedAccount(wish, { store, environment })
  if (await store.remove({ id: again.id, secret: secretOf(again) })) return again
  throw new AppError('unavailable', 'Another process is changing this account.', {
    hint: 'Run the command again in a moment.',
    retryAfterSeconds: 5,
  })
}

async function linkedAccount(
  { owner, connector, name }: Wish,
  { store, environment }: Linking,
): Promise<LinkedAccount> {
  const { id, title, setup } = connector
  const linked = (await store.list(owner)).filter((account) => account.connector === id)
  const found = choose(linked, name, title)
  if (found !== undefined) return found
  if (environment !== undefined && isMeant(environment, name)) {
    throw new AppError(
      'invalid_input',
      `${hostOf(environment.address)} is linked by the environment, not by this command.`,
      { hint: `Remove ${setup.join(' and ')} from the environment of the server and start it again.` },
    )
  }
  throw new AppError('not_linked', `No ${title} account of this name is linked.`, {
    hint: 'Run: mostik accounts',
    candidates: linked.map((account) => account.name),
  })
}
