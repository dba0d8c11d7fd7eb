import type { AccountStore } from '../accounts/account-store.ts'
import { inOrder, labelsOf } from '../accounts/choose.ts'
import { hostOf, type Named } from '../accounts/names.ts'
import { accountRef } from '../kernel/caller.ts'
import type { Connector } from '../kernel/connector.ts'
import type { Person } from '../people/person.ts'

export interface PersonAccountsAround {
  readonly connectors: readonly Connector[]
  readonly accountStore: AccountStore
  /** The connector's account that the environment names; it is the owner's. */
  environmentOf(connector: Connector): Named | undefined
}

/** One account that a person may work in. Times are Unix ms. */
export interface PersonAccount extends Named {
  /** Of a linked account. */
  readonly id: string | undefined
  readonly connector: Connector
  /** What to call it. */
  readonly label: string
  /** Tells it from the person's other accounts of the connector. */
  readonly host: string
  readonly ref: string
  readonly linkedAt: number | undefined
  readonly refusedAt: number | undefined
}

/** What a person has, connector by connector, the default first; nobody else's, and no demo. */
export async function personAccounts(
  person: Pick<Person, 'id' | 'role'>,
  { connectors, accountStore, environmentOf }: PersonAccountsAround,
): Promise<readonly PersonAccount[]> {
  const rows = await accountStore.list(person.id)
  return connectors.flatMap((connector) => {
    const linked = rows.filter((row) => row.connector === connector.id)
    const environment = person.role === 'owner' ? environmentOf(connector) : undefined
    const all = inOrder(environment && { ...OF_ENVIRONMENT, ...named(environment) }, linked.map(ofRow))
    const labels = labelsOf(all)
    return all.map((account, index) => ({
      ...account,
      connector,
      label: labels[index] ?? account.name,
      host: hostOf(account.address),
      ref: accountRef(connector.id, account),
    }))
  })
}

/** The connector's account that this person may not link again. */
export function environmentFor(
  { role }: Pick<Person, 'role'>,
  connector: Connector,
  { environmentOf }: PersonAccountsAround,
): Named | undefined {
  return role === 'owner' ? environmentOf(connector) : undefined
}

const OF_ENVIRONMENT = { id: undefined, defaultAt: undefined, linkedAt: undefined, refusedAt: undefined }

function named({ name, address }: Named): Named {
  return { name, address }
}

type Row = Awaited<ReturnType<AccountStore['list']>>[number]

function ofRow({ id, name, address, defaultAt, linkedAt, refusedAt }: Row) {
  return {
    id: id as string | undefined,
    name,
    address,
    defaultAt,
    linkedAt: linkedAt as number | undefined,
    refusedAt,
  }
}
