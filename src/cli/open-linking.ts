import type { LinkedAccount } from '../accounts/account-store.ts'
import { environmentAccounts } from '../accounts/environment-and-demo.ts'
import { openHandle } from '../accounts/handle.ts'
import { linkedHandle } from '../accounts/linked-handle.ts'
import { review } from '../accounts/list-accounts.ts'
import { openKept } from '../app/kept.ts'
import { openLink } from '../app/link.ts'
import { placeOfCommand } from '../app/place.ts'
import { environment } from '../config.ts'
import { OWNER } from '../kernel/caller.ts'
import { systemClock as clock } from '../kernel/clock.ts'
import type { Connector } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import { createAccountStore } from '../store/account-store.ts'
import { connectors, readSettings } from './settings.ts'

/**
 * What the commands about accounts work with, on the settings and the store that the server has too.
 * @throws AppError `invalid_input` naming the setting to change, also where nothing would outlive the command
 */
export async function openLinking(must: 'be there' | 'be made') {
  const { config, log } = readSettings({ ...environment, LOG_LEVEL: 'silent' })
  const kept = await openKept(await placeOfCommand(config, must), { config, clock, log })
  try {
    const { vault } = kept
    const store = createAccountStore(kept.store)
    const link = openLink(kept, { clock, log })
    const own = environmentAccounts(config, connectors, link)
    const handleOf = (row: LinkedAccount, connector: Connector) =>
      linkedHandle(row, { connector, vault, store, link, clock })
    const environmentOf = ({ id }: Connector) => {
      const account = own.get(id)
      return account && openHandle(account)
    }
    return {
      store,
      vault,
      link,
      clock,
      /** The connector's account that the environment names. */
      environmentOf,
      /** The accounts of a connector, the default first. */
      review: async (connector: Connector) =>
        review(connector, environmentOf(connector), await store.list(OWNER), handleOf),
      close: () => kept.store.close(),
    }
  } catch (error) {
    await kept.store.close()
    throw error
  }
}

/** @throws AppError `invalid_input` unless the word names a connector */
export function readConnector(word: string | undefined): Connector {
  const found = connectors.find(({ id }) => id === word)
  if (found !== undefined) return found
  throw new AppError('invalid_input', 'The command needs to know what the account is of.', {
    hint: `Name one of: ${connectors.map(({ id }) => id).join(', ')}.`,
  })
}
