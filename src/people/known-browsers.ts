import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** A person with their password hash, which changes with the password and is nowhere but in the database. */
interface Account {
  readonly id: string
  readonly password: string | undefined
}

/**
 * What a browser keeps, to be known again by the limits on signing in: a random id and a mark for each of the last few
 * accounts that were signed in to with it. It lets nobody in. Only who has signed in gets a mark, and a new password
 * makes it worthless. The same as before for an account without a password, where there is none to be guessed.
 */
export function rememberIn(kept: string | undefined, account: Account): string | undefined {
  const { id = randomBytes(ID_BYTES).toString('base64url'), marks = [] } = read(kept) ?? {}
  const mark = markOf(id, account)
  if (mark === undefined) return kept
  return [id, mark, ...marks.filter((other) => other !== mark)].slice(0, 1 + MOST_ACCOUNTS).join('.')
}

/** A name for this browser with this account; nothing when it has not signed in to it. */
export function knownAs(kept: string | undefined, account: Account): string | undefined {
  const { id = '', marks = [] } = read(kept) ?? {}
  const mark = markOf(id, account)
  const isKnown = mark !== undefined && marks.filter((other) => isEqual(other, mark)).length > 0
  return isKnown ? `${account.id} with ${id}` : undefined
}

const ID_BYTES = 16
/** As many as fit a cookie of 200 characters. */
const MOST_ACCOUNTS = 3
const SHAPE = /^[\w-]{22}(\.[\w-]{43}){1,3}$/

function read(kept: string | undefined): { readonly id: string; readonly marks: string[] } | undefined {
  if (kept === undefined || !SHAPE.test(kept)) return undefined
  const [id = '', ...marks] = kept.split('.')
  return { id, marks }
}

/** The hash as a key tells nobody the password: its salt is as secret as the rest of it. */
function markOf(browser: string, { id, password }: Account): string | undefined {
  if (password === undefined) return undefined
  return createHmac('sha256', password).update(`mostik browser ${browser} of ${id}`).digest('base64url')
}

/** Both are of one length by their shape. */
function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
