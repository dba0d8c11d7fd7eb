import type { Clock } from '../kernel/clock.ts'
import type { Account, Around, Connector } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import type { Vault } from '../vault/vault.ts'
import { type AccountStore, type LinkedAccount, secretOf } from './account-store.ts'
import type { Handle, Working } from './handle.ts'

/** A linked account; it is the same one as long as its id is. */
export interface LinkedHandle extends Handle {
  readonly id: string
  readonly owner: string
  /** What the store says of it now. */
  update(row: LinkedAccount): void
}

/** A mark is left alone for this long: an answer that needed no upstream says nothing about the token. */
const MARK_MS = 5_000

/** An account whose client is made from its secret when it is first needed, and kept. */
export function linkedHandle(
  first: LinkedAccount,
  around: {
    connector: Connector
    vault: Pick<Vault, 'get'>
    store: Pick<AccountStore, 'setRefused'>
    /** What its client is made with. */
    link: Omit<Around, 'demo'>
    /** Where the console is, if there is one. */
    consoleUrl?: string | undefined
    clock: Clock
  },
): LinkedHandle {
  const { connector, vault, store, link, consoleUrl, clock } = around
  const hint = linkAgain(first, consoleUrl)
  const { id, owner, name, address } = first
  let row = first
  let working: Working | undefined
  let opening: Promise<Working | 'gone'> | undefined

  function mark(refusedAt: number | undefined): void {
    row = { ...row, refusedAt }
    store.setRefused(id, refusedAt).catch((err) => link.log.warn({ err, account: id }, 'account mark lost'))
    link.log.info(
      { account: id, connector: connector.id, refused: refusedAt !== undefined },
      'account marked',
    )
  }

  async function open(): Promise<Working | 'gone'> {
    const secret = await vault.get(secretOf(first)).catch((error) => {
      throw cannotOpen(name, error)
    })
    if (secret === undefined) return 'gone'
    const account = accountOf(secret, first, hint, connector, link)
    working = {
      account,
      name,
      address,
      worked() {
        if (row.refusedAt !== undefined && clock.now() - row.refusedAt > MARK_MS) mark(undefined)
      },
      failed(error) {
        if (!(error instanceof AppError) || error.kind !== 'not_linked') return error
        if (row.refusedAt === undefined) mark(clock.now())
        return new AppError('not_linked', error.message, { hint, cause: error.cause })
      },
    }
    return working
  }

  return {
    id,
    owner,
    name,
    address,
    origin: 'linked',
    get defaultAt() {
      return row.defaultAt
    },
    update(current) {
      row = current
    },
    open() {
      if (working !== undefined) return working
      opening ??= open().finally(() => {
        opening = undefined
      })
      return opening
    },
  }
}

/** What to do about an account whose token or secret is of no use any more. */
export function linkAgain(
  { connector, name }: Pick<LinkedAccount, 'connector' | 'name'>,
  consoleUrl: string | undefined,
): string {
  if (consoleUrl !== undefined) {
    return `Make a new token there, open ${consoleUrl}/console/accounts and link the account "${name}" again.`
  }
  return `The owner of the server makes a new token there and runs: mostik link ${connector} --name "${name}"`
}

function accountOf(
  secret: string,
  row: LinkedAccount,
  hint: string,
  connector: Connector,
  link: Omit<Around, 'demo'>,
): Account {
  let code = 'nothing to link'
  try {
    const account = connector.link(JSON.parse(secret), { ...link, demo: false })
    if (account !== undefined) return account
  } catch (error) {
    // Its message may quote the secret.
    code = error instanceof Error ? error.name : 'unknown'
  }
  throw new AppError('not_linked', `What is stored of the account "${row.name}" cannot be read.`, {
    hint,
    cause: { reason: 'secret_unreadable', code },
  })
}

function cannotOpen(name: string, error: unknown): unknown {
  if (!(error instanceof AppError)) return error
  const { kind, message, hint, retryAfterSeconds, cause } = error
  return new AppError(kind, `The account "${name}" cannot be opened. ${message}`, {
    ...(hint !== undefined && { hint }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    cause,
  })
}
