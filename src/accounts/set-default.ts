import type { Clock } from '../kernel/clock.ts'
import type { Connector } from '../kernel/connector.ts'
import type { AccountStore } from './account-store.ts'
import { choose } from './choose.ts'
import { after } from './link-account.ts'
import type { Named } from './names.ts'

/**
 * Makes an account the one that calls work in which name none. Nothing when there is no account of this name.
 * @throws AppError `invalid_input` when several can be meant
 */
export async function setDefault(
  { owner, connector, name }: { owner: string; connector: Connector; name: string },
  { store, environment, clock }: { store: AccountStore; environment: Named | undefined; clock: Clock },
): Promise<Named | undefined> {
  const whose = { owner, connector: connector.id }
  const linked = (await store.list(owner)).filter((account) => account.connector === connector.id)
  const own = environment === undefined ? [] : [{ ...environment, id: undefined }]
  const found = choose([...own, ...linked], name, connector.title)
  if (found === undefined) return undefined
  const wasThere = await store.setDefault(whose, found.id, after(clock.now(), linked, 'defaultAt'))
  // The environment's account is the default as long as no other is marked.
  return wasThere || found.id === undefined ? found : undefined
}
