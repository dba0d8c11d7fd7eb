import { hash, randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { Connection, ConnectionStore } from './connection.ts'

export interface TokenWish {
  /** The person. */
  readonly owner: string
  /** What the person calls it: 1 to 60 characters of one line. */
  readonly name: string
  readonly scopes: readonly string[]
  /** As `accountRef` writes them; nothing for all, also later ones. */
  readonly accounts?: readonly string[] | undefined
  /** Nothing for all. */
  readonly toolsets?: readonly string[] | undefined
  /** 1 to 366, `never`; 90 when it is left out. */
  readonly days?: number | 'never' | undefined
}

/** Personal tokens: a way in for a program that cannot open a page to sign in. */
export interface Tokens {
  /**
   * The token is in this answer and nowhere else.
   * @throws AppError `invalid_input` for a name (`bad_name`), scopes or days that cannot be, or when the person has too many
   *   (`too_many_tokens`)
   */
  create(wish: TokenWish): Promise<{ readonly token: string; readonly connection: Connection }>
  /** The person's, newest first, those of a month ago left out. */
  list(owner: string): Promise<readonly Connection[]>
  /** False when it is not a token of this person, or over. */
  revoke(owner: string, id: string): Promise<boolean>
}

const DAY_MS = 24 * 60 * 60_000
const USUAL_DAYS = 90
const MOST_DAYS = 366
const MOST_TOKENS = 100
const LONGEST_NAME = 60

export function createTokens(around: {
  store: Pick<ConnectionStore, 'add' | 'list' | 'end'>
  /** The scopes that anybody can have at most. */
  ceiling: ReadonlySet<string>
  toolsets: ReadonlySet<string>
  clock: Clock
}): Tokens {
  const { store, ceiling, toolsets, clock } = around

  async function list(owner: string): Promise<readonly Connection[]> {
    return (await store.list(owner)).filter(({ kind }) => kind === 'token')
  }

  return {
    list,
    async create(wish) {
      const now = clock.now()
      const connection: Connection = {
        id: randomUUID(),
        kind: 'token',
        owner: wish.owner,
        clientId: '',
        name: readName(wish.name),
        vendor: undefined,
        host: '',
        mount: '',
        scopes: readChoice(wish.scopes, ceiling, 'scope'),
        accounts: wish.accounts === undefined ? undefined : [...new Set(wish.accounts)],
        toolsets: wish.toolsets === undefined ? undefined : readChoice(wish.toolsets, toolsets, 'toolset'),
        createdAt: now,
        expiresAt: endOf(wish.days ?? USUAL_DAYS, now),
        usedAt: undefined,
        endedAt: undefined,
        endReason: undefined,
      }
      if (connection.accounts?.length === 0)
        throw wrong('The token is for no account.', 'Choose at least one.')
      const living = (await list(wish.owner)).filter((other) => isLiving(other, now))
      if (living.length >= MOST_TOKENS) {
        const message = `There are ${MOST_TOKENS} personal tokens already.`
        throw wrong(message, 'Revoke those that are not needed.', 'too_many_tokens')
      }
      const token = `mostik_${randomBytes(32).toString('base64url')}`
      await store.add(connection, hash('sha256', token, 'base64url'))
      return { token, connection }
    },
    async revoke(owner, id) {
      const isToken = (await list(owner)).some((connection) => connection.id === id)
      return isToken && store.end(id, owner, 'revoked', clock.now())
    },
  }
}

function isLiving({ endedAt, expiresAt = Infinity }: Connection, now: number): boolean {
  return endedAt === undefined && expiresAt > now
}

function readName(text: string): string {
  const name = text.normalize('NFC').replace(/\s+/g, ' ').trim()
  const isSafe = !/\p{C}/u.test(name) && /[\p{L}\p{N}]/u.test(name)
  if (isSafe && [...name].length <= LONGEST_NAME) return name
  throw wrong(
    'The token cannot have this name.',
    `Name it after the program that will use it, in 1 to ${LONGEST_NAME} characters.`,
    'bad_name',
  )
}

function readChoice(chosen: readonly string[], known: ReadonlySet<string>, noun: string): readonly string[] {
  const all = [...known].join(', ')
  if (chosen.length === 0) throw wrong(`The token has no ${noun}.`, `Choose from: ${all}.`)
  if (chosen.every((one) => known.has(one))) return [...new Set(chosen)]
  throw wrong(`The token asks for a ${noun} that this server does not have.`, `Choose from: ${all}.`)
}

function endOf(days: number | 'never', now: number): number | undefined {
  if (days === 'never') return undefined
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return now + days * DAY_MS
  throw wrong('The token cannot be good for so long.', `Give a whole number of days from 1 to ${MOST_DAYS}.`)
}

/** `reason` is for pages, which say it in the language of their reader. */
function wrong(message: string, hint: string, reason?: 'bad_name' | 'too_many_tokens'): AppError {
  return new AppError('invalid_input', message, { hint, ...(reason && { cause: { reason } }) })
}
