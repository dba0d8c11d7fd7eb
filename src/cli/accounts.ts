import type { Reviewed } from '../accounts/list-accounts.ts'
import { hostOf, type Named } from '../accounts/names.ts'
import { setDefault } from '../accounts/set-default.ts'
import { OWNER } from '../kernel/caller.ts'
import { AppError } from '../kernel/errors.ts'
import { openLinking } from './open-linking.ts'
import { readOptions } from './options.ts'
import { connectors } from './settings.ts'

type Linking = Awaited<ReturnType<typeof openLinking>>

/** `mostik accounts`: the accounts there are; `mostik accounts default NAME`: which one is the default. */
export async function run(words: readonly string[]): Promise<number> {
  const { positionals } = readOptions(words, {})
  const [command, name, ...rest] = positionals
  if (command !== undefined && (command !== 'default' || name === undefined || rest.length > 0)) {
    throw new AppError('invalid_input', 'The command takes nothing, or the name of an account in quotes.', {
      hint: 'Run: mostik accounts — or: mostik accounts default "NAME"',
    })
  }
  const linking = await openLinking('be there')
  try {
    process.stdout.write(name === undefined ? await list(linking) : await makeDefault(name, linking))
    return 0
  } finally {
    await linking.close()
  }
}

async function makeDefault(name: string, linking: Linking): Promise<string> {
  const chosen: Named[] = []
  for (const connector of connectors) {
    const environment = linking.environmentOf(connector)
    const found = await setDefault({ owner: OWNER, connector, name }, { ...linking, environment })
    if (found !== undefined) chosen.push(found)
  }
  const [account] = chosen
  if (account !== undefined)
    return `Calls that name no account work in ${account.name} (${hostOf(account.address)}).\n`
  throw new AppError('not_linked', 'No account of this name is linked.', { hint: 'Run: mostik accounts' })
}

async function list(linking: Linking): Promise<string> {
  const blocks = []
  for (const connector of connectors) {
    const { id, title } = connector
    const accounts = await linking.review(connector)
    if (accounts.length > 0) blocks.push(`${title}\n${table(accounts)}`)
    else blocks.push(`${title}: no account is linked. Link one with: mostik link ${id} --subdomain firm\n`)
  }
  return blocks.join('\n')
}

function table(accounts: readonly Reviewed[]): string {
  const rows = accounts.map((account, index) => [
    index === 0 ? '*' : ' ',
    account.label,
    account.host,
    stateOf(account),
  ])
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))))
  const padded = (cell: string, column: number) =>
    cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)))
  const lines = rows.map((row) => row.map(padded).join('  '))
  return `${lines.join('\n')}\n* the default: calls that name no account work in it\n`
}

const widthOf = (text: string) => [...text].length

function stateOf({ origin, linkedAt, refusedAt, problem }: Reviewed): string {
  if (problem !== undefined) return problem
  if (refusedAt !== undefined) return `refused since ${timeOf(refusedAt)}: link it again with a new token`
  return origin === 'environment' ? 'from the environment' : `linked ${timeOf(linkedAt ?? 0)}`
}

function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
