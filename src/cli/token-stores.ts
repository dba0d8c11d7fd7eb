import type { LinkedAccount } from '../accounts/account-store.ts'
import { choose } from '../accounts/choose.ts'
import { environmentAccounts } from '../accounts/environment-and-demo.ts'
import { openHandle } from '../accounts/handle.ts'
import type { Named } from '../accounts/names.ts'
import { openKept } from '../app/kept.ts'
import { openLink } from '../app/link.ts'
import { placeOfCommand } from '../app/place.ts'
import type { Connection } from '../auth/connection.ts'
import { ownerScopes } from '../auth/scopes.ts'
import { createTokens, type Tokens } from '../auth/tokens.ts'
import { environment } from '../config.ts'
import { accountRef, OWNER } from '../kernel/caller.ts'
import { systemClock as clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import { loginKeyOf } from '../people/texts.ts'
import { createAccountStore } from '../store/account-store.ts'
import { createConnectionStore } from '../store/connection-store.ts'
import { createPeopleStore } from '../store/person-store.ts'
import { connectors, readSettings } from './settings.ts'

/** What the commands about personal tokens work with, on the settings and the store that the server has too. */
export interface TokenStores {
  readonly tokens: Tokens
  /** All scopes that a token can have here. */
  readonly scopes: ReadonlySet<string>
  find(id: string): Promise<Connection | undefined>
  /** The id of the person who signs in with this. @throws AppError `not_found` */
  personOf(login: string | undefined): Promise<string>
  /** The person's accounts of these names, as connections name them. @throws AppError `not_linked`, `invalid_input` */
  accountsOf(person: string, names: readonly string[]): Promise<readonly string[]>
  close(): Promise<void>
}

/** @throws AppError `invalid_input` naming the setting to change, also where nothing would outlive the command */
export async function openTokenStores(must: 'be there' | 'be made'): Promise<TokenStores> {
  const { config, log } = readSettings({ ...environment, LOG_LEVEL: 'silent' })
  const kept = await openKept(await placeOfCommand(config, must), { config, clock, log })
  const store = createConnectionStore(kept.store, clock)
  const people = createPeopleStore(kept.store)
  const accounts = createAccountStore(kept.store)
  const scopes = ownerScopes(connectors, config.READ_ONLY)
  const toolsets = new Set(connectors.flatMap(({ tools }) => tools.map(({ toolset }) => toolset)))

  return {
    tokens: createTokens({ store, ceiling: scopes, toolsets, clock }),
    scopes,
    find: store.find,
    async personOf(login) {
      if (login === undefined) return OWNER
      const person = await people.byLogin(loginKeyOf(login))
      if (person !== undefined) return person.id
      throw new AppError('not_found', 'Nobody signs in with this login.', {
        hint: 'Give --user what the person signs in with; the people are at /console/people of the server.',
      })
    },
    async accountsOf(person, names) {
      const linked = await accounts.list(person)
      const own = environmentAccounts(
        config,
        person === OWNER ? connectors : [],
        openLink(kept, { clock, log }),
      )
      const all = connectors.map(({ id, title }) => {
        const account = own.get(id)
        return {
          id,
          title,
          accounts: [...(account ? [openHandle(account)] : []), ...linked.filter(isOf(id))],
        }
      })
      return names.map((name) => refOf(name, all))
    },
    close: () => kept.store.close(),
  }
}

const isOf =
  (id: string) =>
  ({ connector }: LinkedAccount) =>
    connector === id

function refOf(
  name: string,
  all: readonly { readonly id: string; readonly title: string; readonly accounts: readonly Named[] }[],
): string {
  const found = all.flatMap(({ id, title, accounts }) => {
    const account = choose(accounts, name, title)
    return account === undefined ? [] : [accountRef(id, account)]
  })
  const [ref] = found
  if (ref !== undefined && found.length === 1) return ref
  throw new AppError('not_linked', `No account, or more than one, goes by the name "${name}".`, {
    hint: 'Name it as it is listed by: mostik accounts — or by its address.',
  })
}
