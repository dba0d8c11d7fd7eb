import type { Connector } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import type { LinkedAccount } from './account-store.ts'
import { inOrder, labelsOf } from './choose.ts'
import type { Handle } from './handle.ts'
import { hostOf } from './names.ts'

/** One account as its owner sees it; the first of a connector is the default one. */
export interface Reviewed {
  readonly label: string
  readonly host: string
  readonly origin: Handle['origin']
  /** Unix ms; the environment's account has none. */
  readonly linkedAt: number | undefined
  readonly refusedAt: number | undefined
  /** Why it cannot be worked in, as far as this side knows. */
  readonly problem: string | undefined
}

/** A person's accounts of one connector, each opened to see whether its secret is whole. */
export async function review(
  connector: Connector,
  environment: Handle | undefined,
  rows: readonly LinkedAccount[],
  handleOf: (row: LinkedAccount, connector: Connector) => Handle,
): Promise<readonly Reviewed[]> {
  const own = rows.filter((row) => row.connector === connector.id)
  const linked = own.map((row) => handleOf(row, connector))
  const all: readonly Handle[] = inOrder<Handle>(environment, linked)
  const labels = labelsOf(all)
  return Promise.all(
    all.map(async (handle, index) => {
      const row = own.find(({ id }) => id === handle.id)
      return {
        label: labels[index] ?? handle.name,
        host: hostOf(handle.address),
        origin: handle.origin,
        linkedAt: row?.linkedAt,
        refusedAt: row?.refusedAt,
        problem: await problemOf(handle),
      }
    }),
  )
}

async function problemOf(handle: Handle): Promise<string | undefined> {
  try {
    return (await handle.open()) === 'gone' ? 'its secret is gone' : undefined
  } catch (error) {
    if (error instanceof AppError) return [error.message, error.hint].filter(Boolean).join(' ')
    throw error
  }
}
