import { linkAccount } from '../accounts/link-account.ts'
import { hostOf, isMeant } from '../accounts/names.ts'
import { OWNER } from '../kernel/caller.ts'
import type { Connector } from '../kernel/connector.ts'
import { AppError } from '../kernel/errors.ts'
import { openLinking, readConnector } from './open-linking.ts'
import { readOptions } from './options.ts'
import { readSecret } from './read-secret.ts'

const OPTIONS = {
  subdomain: { type: 'string' },
  address: { type: 'string' },
  name: { type: 'string' },
  default: { type: 'boolean' },
  'requests-per-second': { type: 'string' },
} as const

type Linking = Awaited<ReturnType<typeof openLinking>>

interface Asked {
  readonly subdomain?: string
  readonly address?: string
  readonly name?: string
}

/** The upstream is asked two or three things; one that is slow gets its time. */
const PATIENCE_MS = 60_000

/** `mostik link amocrm`: proves a token, seals it, and adds the account, or gives a linked one the new token. */
export async function run(words: readonly string[]): Promise<number> {
  const { values, positionals } = readOptions(words, OPTIONS)
  const connector = readConnector(positionals.length === 1 ? positionals[0] : undefined)
  const asked = values as Asked
  const { name } = asked
  const linking = await openLinking('be made')
  try {
    const where = await placeOf(asked, connector, linking)
    const token = await readSecret('token', { input: process.stdin, output: process.stderr })
    const variables = {
      ...where,
      AMOCRM_ACCESS_TOKEN: token,
      AMOCRM_REQUESTS_PER_SECOND: values['requests-per-second'],
    }
    const isDefault = values.default === true
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const { account, isRelinked } = await linkAccount(
      { owner: OWNER, connector, variables, name, isDefault, signal },
      { ...linking, environment: linking.environmentOf(connector) },
    )
    const [first] = await linking.review(connector)
    const what = isRelinked ? 'It has the new token' : 'Linked'
    const lines = [`${what}: ${account.name} (${hostOf(account.address)}).`]
    if (first !== undefined) lines.push(`Calls that name no account work in ${first.label} (${first.host}).`)
    process.stdout.write(`${lines.join('\n')}\n`)
    return 0
  } finally {
    await linking.close()
  }
}

/** By which of its variables the account is found: as given, or that of the linked account which is to be renewed. */
async function placeOf(
  { subdomain, address, name }: Asked,
  connector: Connector,
  { store }: Linking,
): Promise<Record<string, string>> {
  if (subdomain !== undefined && address !== undefined) {
    throw new AppError('invalid_input', 'Give either --subdomain or --address, not both.')
  }
  if (address !== undefined) return { AMOCRM_BASE_URL: address }
  if (subdomain !== undefined) return { AMOCRM_SUBDOMAIN: subdomain }
  const linked = (await store.list(OWNER)).filter((account) => account.connector === connector.id)
  const known = linked.find((account) => name !== undefined && isMeant(account, name))
  if (known !== undefined) return { AMOCRM_BASE_URL: known.address }
  throw new AppError('invalid_input', 'Which account is it?', {
    hint: 'Add --subdomain firm when amoCRM opens at firm.amocrm.ru, or --name and the name of a linked account.',
  })
}
