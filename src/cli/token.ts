import type { Connection } from '../auth/connection.ts'
import { AppError } from '../kernel/errors.ts'
import { readOptions } from './options.ts'
import { openTokenStores, type TokenStores } from './token-stores.ts'

const OPTIONS = {
  'read-only': { type: 'boolean' },
  write: { type: 'boolean' },
  scopes: { type: 'string' },
  accounts: { type: 'string' },
  toolsets: { type: 'string' },
  days: { type: 'string' },
  user: { type: 'string' },
} as const

interface Asked {
  readonly 'read-only'?: boolean
  readonly write?: boolean
  readonly scopes?: string
  readonly accounts?: string
  readonly toolsets?: string
  readonly days?: string
  readonly user?: string
}

type Command = (word: string | undefined, asked: Asked, stores: TokenStores) => Promise<string>

/** `mostik token create NAME`, `mostik token list`, `mostik token revoke ID`: ways in for programs without a browser. */
export async function run(words: readonly string[]): Promise<number> {
  const { values, positionals } = readOptions(words, OPTIONS)
  const [name = '', word, ...rest] = positionals
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined || rest.length > 0 || (name === 'list') !== (word === undefined)) {
    throw new AppError('invalid_input', 'The command needs to know what to do with which token.', {
      hint: 'Run: mostik token create "NAME" — or: mostik token list — or: mostik token revoke ID',
    })
  }
  const stores = await openTokenStores(name === 'create' ? 'be made' : 'be there')
  try {
    process.stdout.write(await command(word, values as Asked, stores))
    return 0
  } finally {
    await stores.close()
  }
}

const COMMANDS: Record<string, Command> = { create, list, revoke }

/** Only the token goes to standard output, so that a script can take it from there. */
async function create(name = '', asked: Asked, stores: TokenStores): Promise<string> {
  const owner = await stores.personOf(asked.user)
  const accounts = asked.accounts && (await stores.accountsOf(owner, listOf(asked.accounts)))
  const { token, connection } = await stores.tokens.create({
    owner,
    name,
    scopes: scopesOf(asked, stores.scopes),
    ...(accounts && { accounts }),
    ...(asked.toolsets !== undefined && { toolsets: listOf(asked.toolsets) }),
    ...(asked.days !== undefined && { days: asked.days === 'never' ? 'never' : Number(asked.days) }),
  })
  const { scopes, expiresAt } = connection
  process.stderr.write(
    `The token of "${connection.name}" may do: ${scopes.join(', ')}; until ${untilOf(expiresAt)}. It is shown this once.\n`,
  )
  return `${token}\n`
}

/** Nothing that others see or that cannot be undone, unless it is named. */
const USUAL_CHANGES = ['read', 'draft', 'write']

function scopesOf(asked: Asked, all: ReadonlySet<string>): readonly string[] {
  const given = [asked['read-only'], asked.write, asked.scopes].filter((one) => one !== undefined)
  if (given.length > 1) {
    throw new AppError('invalid_input', 'Give one of --read-only, --write and --scopes.')
  }
  if (asked.scopes !== undefined) return listOf(asked.scopes)
  const classes = asked.write === true ? USUAL_CHANGES : ['read']
  return [...all].filter((scope) => classes.includes(scope.split(':')[1] ?? ''))
}

async function list(_: string | undefined, { user }: Asked, stores: TokenStores): Promise<string> {
  const tokens = await stores.tokens.list(await stores.personOf(user))
  if (tokens.length === 0) return 'There is no personal token. Make one with: mostik token create "NAME"\n'
  return tokens.map((token) => `${token.id}  ${token.name}: ${inWords(token)}\n`).join('')
}

function inWords({ scopes, accounts, toolsets, expiresAt, usedAt, endedAt }: Connection): string {
  if (endedAt !== undefined) return `revoked ${timeOf(endedAt)}`
  const parts = [scopes.join(', ')]
  if (accounts !== undefined) parts.push(`only in ${accounts.join(', ')}`)
  if (toolsets !== undefined) parts.push(`only ${toolsets.join(', ')}`)
  parts.push(`until ${untilOf(expiresAt)}`, usedAt === undefined ? 'not used yet' : `used ${timeOf(usedAt)}`)
  return parts.join('; ')
}

async function revoke(id = '', _: Asked, { tokens, find }: TokenStores): Promise<string> {
  const found = await find(id)
  if (found !== undefined && (await tokens.revoke(found.owner, id))) {
    return `Revoked: ${found.name}. Servers refuse it within a second.\n`
  }
  throw new AppError('not_found', 'There is no personal token of this id, or it is over.', {
    hint: 'The ids are listed by: mostik token list',
  })
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}

function untilOf(ms: number | undefined): string {
  return ms === undefined ? 'it is revoked' : timeOf(ms)
}

function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
